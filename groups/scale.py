"""Zooms of the plane."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from groups.lie import LieGroup


@dataclass(frozen=True)
class Scale(LieGroup):
    """Zooms about the centre, params (s), the log-scale: x -> e^s x, so that a zoom by 2 is s = log 2 = 0.69.

    With turns it is DirectProduct(Cyclic(n), Scale()); with turns and shifts of any size, Similarity2.
    """

    def _identity(self) -> list[float]:
        return [0.0]

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return p + q

    def _inverse(self, p: Tensor) -> Tensor:
        return -p

    def _exp(self, v: Tensor) -> Tensor:
        return v

    def _log(self, p: Tensor) -> Tensor:
        return p
