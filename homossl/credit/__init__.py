"""Credit assignment rules: how every stage learns of the loss."""

from homossl.credit.backprop import Backprop
from homossl.credit.base import Credit, Stages
from homossl.credit.feedback import FeedbackAlignment
from homossl.credit.greedy import GreedyLayerwise
from homossl.credit.random_layerwise import RandomLayerwise

__all__ = [
    "Backprop",
    "Credit",
    "FeedbackAlignment",
    "GreedyLayerwise",
    "RandomLayerwise",
    "Stages",
]
