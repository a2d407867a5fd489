"""Credit assignment rules: how every stage learns of the loss."""

from homossl.credit.backprop import Backprop
from homossl.credit.base import Credit, Stages
from homossl.credit.greedy import GreedyLayerwise

__all__ = [
    "Backprop",
    "Credit",
    "GreedyLayerwise",
    "Stages",
]
