"""A bounded linear projector."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from groups import Group
from homossl.objectives.checks import check_positive
from homossl.objectives.heads import Network


@dataclass(frozen=True)
class TanhLinear(Network):
    """A linear map with bias, bounded, p = tanh(W z + b): (b dim) -> (b out).

    Raises:
        ValueError: out is below 1.
    """

    out: int
    """Length of the vectors that come out."""

    def __post_init__(self) -> None:
        check_positive(self, "out")

    def width(self, dim: int) -> int:
        return self.out

    def build(self, dim: int, group: Group | None = None) -> nn.Sequential:
        """The map (b dim) -> (b out)."""
        return nn.Sequential(nn.Linear(dim, self.out), nn.Tanh())
