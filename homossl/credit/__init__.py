"""Credit assignment rules: how every stage learns of the loss."""

from homossl.credit.backprop import Backprop
from homossl.credit.base import Credit, Stages

__all__ = [
    "Backprop",
    "Credit",
    "Stages",
]
