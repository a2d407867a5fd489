"""How good are the features of a frozen encoder: linear probe, few labels, nearest neighbours."""

from homossl.evaluate.features import Encoder, Readings, features, frozen, poses, readings
from homossl.evaluate.layerwise import layerwise
from homossl.evaluate.neighbours import knn
from homossl.evaluate.probe import Accuracy, Regression, draw_labels, few_labels, linear_probe, standardise
from homossl.evaluate.scores import ReadoutScores, Scores, evaluate

__all__ = [
    "Accuracy",
    "Encoder",
    "Readings",
    "ReadoutScores",
    "Regression",
    "Scores",
    "draw_labels",
    "evaluate",
    "features",
    "few_labels",
    "frozen",
    "knn",
    "layerwise",
    "linear_probe",
    "poses",
    "readings",
    "standardise",
]
