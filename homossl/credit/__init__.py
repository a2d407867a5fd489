"""Credit assignment rules: how every stage learns of the loss."""

from homossl.credit.backprop import Backprop
from homossl.credit.base import Credit, Stages
from homossl.credit.dense_inverse import DenseInverse
from homossl.credit.feedback import FeedbackAlignment
from homossl.credit.greedy import GreedyLayerwise
from homossl.credit.inverse import ConvInverse, Inverse
from homossl.credit.random_layerwise import RandomLayerwise
from homossl.credit.target_propagation import DifferenceTargetPropagation

__all__ = [
    "Backprop",
    "ConvInverse",
    "Credit",
    "DenseInverse",
    "DifferenceTargetPropagation",
    "FeedbackAlignment",
    "GreedyLayerwise",
    "Inverse",
    "RandomLayerwise",
    "Stages",
]
