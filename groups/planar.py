"""Lie groups of the plane: rotations, reflections, translations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Unpack

import torch
from torch import Tensor

from groups.element import Element
from groups.lie import LieGroup, wrap
from groups.sampling import Sampling


@dataclass(frozen=True)
class SO2(LieGroup):
    """Rotations of the plane, params (angle) in radians, counter-clockwise."""

    def _identity(self) -> list[float]:
        return [0.0]

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return wrap(p + q)

    def _inverse(self, p: Tensor) -> Tensor:
        return wrap(-p)

    def _exp(self, v: Tensor) -> Tensor:
        return wrap(v)

    def _log(self, p: Tensor) -> Tensor:
        return wrap(p)

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        return self.ball(math.pi, *shape, **draw)


@dataclass(frozen=True)
class O2(LieGroup):
    """Rotations and reflections of the plane, params (flip, angle): R(angle) s^flip, angle in radians.

    log raises ValueError for reflections: they are not in the image of exp.
    """

    def _identity(self) -> list[float]:
        return [0.0, 0.0]

    @property
    def algebra_dim(self) -> int:
        return 1

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        (f, a), (g, b) = p.unbind(-1), q.unbind(-1)
        return torch.stack([torch.remainder(f + g, 2), wrap(a + (1 - 2 * f) * b)], dim=-1)

    def _inverse(self, p: Tensor) -> Tensor:
        f, a = p.unbind(-1)
        return torch.stack([f, wrap((2 * f - 1) * a)], dim=-1)

    def _exp(self, v: Tensor) -> Tensor:
        return torch.cat([torch.zeros_like(v), wrap(v)], dim=-1)

    def _log(self, p: Tensor) -> Tensor:
        if (p[..., 0] != 0).any():
            raise ValueError("O2 has no logarithm of a reflection")
        return wrap(p[..., 1:])

    def _norm(self, p: Tensor) -> Tensor:
        f, a = p.unbind(-1)
        return torch.where(f == 0, wrap(a).abs(), torch.full_like(a, math.pi))

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        turn = self.ball(math.pi, *shape, **draw).params
        flip = torch.randint(2, (*shape, 1), generator=draw.get("generator"), device=turn.device).to(turn.dtype)
        return Element(self, torch.cat([flip, turn[..., 1:]], dim=-1))


@dataclass(frozen=True)
class Translation(LieGroup):
    """Translations of R^d, params (x, y, ...), in pixels (x to the right, y up).

    Raises:
        ValueError: d < 1.
    """

    d: int
    """Dimension of the space."""

    def __post_init__(self) -> None:
        if self.d < 1:
            raise ValueError(f"Translation needs d >= 1, got {self.d}")

    def _identity(self) -> list[float]:
        return [0.0] * self.d

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return p + q

    def _inverse(self, p: Tensor) -> Tensor:
        return -p

    def _exp(self, v: Tensor) -> Tensor:
        return v

    def _log(self, p: Tensor) -> Tensor:
        return p
