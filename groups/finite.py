"""Finite groups of the plane: rotations, reflections, shifts of a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Unpack

import torch
from torch import Tensor

from groups.element import Element
from groups.group import FiniteGroup
from groups.sampling import Radius, Sampling, device_of


@dataclass(frozen=True)
class Cyclic(FiniteGroup):
    """C_n, rotations by 2 pi k / n, params (k): k l = k + l mod n.

    >>> Cyclic(4).order
    4

    Raises:
        ValueError: n < 1.
    """

    n: int
    """Number of rotations."""

    def __post_init__(self) -> None:
        _require_positive(self, n=self.n)

    @property
    def moduli(self) -> tuple[int, ...]:
        return (self.n,)

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return torch.remainder(p + q, self.n)

    def _inverse(self, p: Tensor) -> Tensor:
        return torch.remainder(-p, self.n)

    def _norm(self, p: Tensor) -> Tensor:
        return 2 * math.pi / self.n * torch.minimum(p, self.n - p).squeeze(-1)


@dataclass(frozen=True)
class Dihedral(FiniteGroup):
    """D_n, rotations and reflections, params (f, k): the element r^k s^f, with s r s = r^-1.

    Raises:
        ValueError: n < 1.
    """

    n: int
    """Number of rotations, and of reflections."""

    def __post_init__(self) -> None:
        _require_positive(self, n=self.n)

    @property
    def moduli(self) -> tuple[int, ...]:
        return (2, self.n)

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        (f, k), (g, m) = p.unbind(-1), q.unbind(-1)
        return torch.stack([torch.remainder(f + g, 2), torch.remainder(k + (1 - 2 * f) * m, self.n)], dim=-1)

    def _inverse(self, p: Tensor) -> Tensor:
        f, k = p.unbind(-1)
        return torch.stack([f, torch.remainder((2 * f - 1) * k, self.n)], dim=-1)

    def _norm(self, p: Tensor) -> Tensor:
        f, k = p.unbind(-1)
        angle = 2 * math.pi / self.n * torch.minimum(k, self.n - k)
        return torch.where(f == 0, angle, torch.full_like(angle, math.pi))


@dataclass(frozen=True)
class Torus(FiniteGroup):
    """Cyclic shifts of an h x w grid, params (rows, columns), in pixels.

    Raises:
        ValueError: h < 1 or w < 1.
    """

    h: int
    """Rows of the grid."""
    w: int
    """Columns of the grid."""

    def __post_init__(self) -> None:
        _require_positive(self, h=self.h, w=self.w)

    @property
    def moduli(self) -> tuple[int, ...]:
        return (self.h, self.w)

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return torch.remainder(p + q, self._sides(p))

    def _inverse(self, p: Tensor) -> Tensor:
        return torch.remainder(-p, self._sides(p))

    def _norm(self, p: Tensor) -> Tensor:
        return self._lengths(p).to(torch.get_default_dtype()).norm(dim=-1)

    def ball(self, radius: Radius, *shape: int, **draw: Unpack[Sampling]) -> Element:
        """Draw shifts of length at most the radius; a tuple bounds rows and columns apart.

        >>> Torus(8, 8).ball((0, 2), 100).params.unique(dim=0).tolist()
        [[0, 0], [0, 1], [0, 2], [0, 6], [0, 7]]
        """
        if not isinstance(radius, tuple):
            return super().ball(radius, *shape, **draw)
        if len(radius) != 2:
            raise ValueError(f"a ball of {self} has one radius, or one for rows and one for columns, got {radius}")
        shifts = self.elements(device=device_of(draw))
        bounds = torch.as_tensor(radius, device=shifts.device)
        return self._choose(shifts[(self._lengths(shifts.params) <= bounds).all(-1)], shape, **draw)

    def _lengths(self, p: Tensor) -> Tensor:
        return torch.minimum(p, self._sides(p) - p)

    def _sides(self, p: Tensor) -> Tensor:
        return p.new_tensor([self.h, self.w])


def _require_positive(group: object, **sizes: int) -> None:
    for name, value in sizes.items():
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"{type(group).__name__} needs a whole {name} >= 1, got {value}")
