"""What an abelian group with cyclic axes does to the parts of a vector: it turns planes and shifts functions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

Axes = tuple[int, ...]


@dataclass(frozen=True)
class Waves:
    """Copies of a line (dim 1) or of a plane (dim 2) that turns at one frequency, (copies dim)."""

    axes: Axes
    """The orders of the cyclic axes."""
    copies: int
    """How many lines or planes there are."""
    dim: int
    """1 or 2."""
    frequency: tuple[int, ...]
    """Turns around the plane for one way along each axis."""

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return self.copies * self.dim

    @property
    def places(self) -> list[int] | None:
        """Where the frequency and its opposite lie in the flat half spectrum, as far as it has them."""
        sides = half(self.axes)
        return [sum(k * math.prod(sides[i + 1 :]) for i, k in enumerate(place)) for _, place in self._held()]

    def coefficients(self, x: Tensor) -> Tensor:
        """(b size) -> (b copies places), complex: conj(x_1 + i x_2) / sqrt 2, and its conjugate at the opposite."""
        plane = torch.nn.functional.pad(x.unflatten(-1, (self.copies, self.dim)), (0, 2 - self.dim))
        z = math.sqrt(0.5) * torch.complex(plane[..., 0], plane[..., 1])
        return torch.stack([z.conj() if sign > 0 else z for sign, _ in self._held()], dim=-1)

    def _held(self) -> list[tuple[int, tuple[int, ...]]]:
        both = [(s, tuple(s * k % n for k, n in zip(self.frequency, self.axes, strict=True))) for s in (1, -1)]
        return [(sign, place) for sign, place in both if place[-1] < half(self.axes)[-1]]


@dataclass(frozen=True)
class Functions:
    """Functions on the axes, which are shifted along them, (outer *axes inner)."""

    axes: Axes
    """The orders of the cyclic axes."""
    outer: int
    """How many functions there are, one after the other."""
    inner: int = 1
    """How many are interleaved."""

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return self.outer * math.prod(self.axes) * self.inner

    @property
    def places(self) -> list[int] | None:
        """All of the half spectrum."""
        return None

    def coefficients(self, x: Tensor) -> Tensor:
        """(b size) -> (b outer*inner frequencies), complex."""
        functions = x.unflatten(-1, (self.outer, *self.axes, self.inner)).movedim(-1, 2).flatten(1, 2)
        return torch.fft.rfftn(functions, dim=list(range(2, functions.dim())), norm="ortho").flatten(2)


Piece = Waves | Functions


def half(axes: Axes) -> Axes:
    """The shape of the spectrum of a real function: one of each two opposite frequencies of the last axis."""
    return (*axes[:-1], axes[-1] // 2 + 1)
