"""How good are the features of a frozen encoder: linear probe, few labels, nearest neighbours."""

from .features import Encoder, features, frozen, poses
from .neighbours import knn
from .probe import Accuracy, draw_labels, few_labels, linear_probe, standardise
from .scores import ReadoutScores, Scores, evaluate

__all__ = [
    "Accuracy",
    "Encoder",
    "ReadoutScores",
    "Scores",
    "draw_labels",
    "evaluate",
    "features",
    "few_labels",
    "frozen",
    "knn",
    "linear_probe",
    "poses",
    "standardise",
]
