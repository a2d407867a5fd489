"""How much of an action can be read from latents: the motion from a pair, and the pair from the motion."""

from homossl.evaluate.pose.code import code, decode, names, parts
from homossl.evaluate.pose.measure import pose_scores
from homossl.evaluate.pose.pairs import LatentPairs, latent_pairs
from homossl.evaluate.pose.r2 import r2, r2_sie_legacy
from homossl.evaluate.pose.ranks import Ranks, rank
from homossl.evaluate.pose.reading import Reading, read_motion
from homossl.evaluate.pose.regressors import Perceptron, Regressor, Ridge
from homossl.evaluate.pose.scores import PoseScores

__all__ = [
    "LatentPairs",
    "Perceptron",
    "PoseScores",
    "Ranks",
    "Reading",
    "Regressor",
    "Ridge",
    "code",
    "decode",
    "latent_pairs",
    "names",
    "parts",
    "pose_scores",
    "r2",
    "r2_sie_legacy",
    "rank",
    "read_motion",
]
