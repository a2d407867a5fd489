"""Features that are copies of irreps, and their products by Clebsch-Gordan coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Copies:
    """So many copies of every irrep up to a degree, laid out by degree, (*batch c d_0 + c d_1 + ...), as in e3nn.

    By copy they are (*batch c d), d = (degree + 1)^2. Parities are those of functions on the sphere, (-1)^l, where
    there are reflections; without, all are even, which says nothing.
    """

    copies: int
    """How many of each, c."""
    degree: int
    """The highest degree."""
    reflections: bool
    """Whether parity is told."""

    @property
    def dim(self) -> int:
        """The length of all of them."""
        return self.copies * (self.degree + 1) ** 2

    @property
    def irreps(self) -> Any:
        """Their name in e3nn."""
        from e3nn import o3

        return o3.Irreps([(self.copies, (l, parity(l, self.reflections))) for l in range(self.degree + 1)])

    def by_copy(self, x: Tensor) -> Tensor:
        """(*batch dim) -> (*batch c d)."""
        return torch.cat([part.unflatten(-1, (self.copies, -1)) for part in self.by_degree(x)], dim=-1)

    def by_degree(self, x: Tensor) -> tuple[Tensor, ...]:
        """The parts of each degree, (*batch dim) -> (*batch c d_l) flattened."""
        return x.split([self.copies * (2 * l + 1) for l in range(self.degree + 1)], dim=-1)

    def joined(self, x: Tensor) -> Tensor:
        """The inverse of `by_copy`, (*batch c d) -> (*batch dim)."""
        parts = x.split([2 * l + 1 for l in range(self.degree + 1)], dim=-1)
        return torch.cat([part.flatten(-2) for part in parts], dim=-1)


def parity(l: int, reflections: bool) -> int:
    """That of functions on the sphere of degree l, where it is told."""
    return (-1) ** l if reflections else 1


@dataclass(frozen=True)
class Products:
    """The products of two vectors of degrees up to one that are of such degrees again, for each (l1, l2, l3) a path.

    Given is y x^T, or a sum of such: (*batch d d) -> (*batch D), d = (degree + 1)^2, paths in the order of l3.
    Coefficients are kept in float64: e3nn's own products round them to float32 once and for all.
    """

    degree: int
    """The highest degree."""
    reflections: bool
    """Leave out the paths that would mix vectors with axial vectors, such as cross products."""

    @cached_property
    def paths(self) -> tuple[tuple[int, int, int], ...]:
        """(l1, l2, l3) with |l1 - l2| <= l3 <= l1 + l2."""
        triples = product(range(self.degree + 1), repeat=3)
        mixed = [(a, b, c) for c, a, b in triples if abs(a - b) <= c <= a + b]
        return tuple(path for path in mixed if not (self.reflections and sum(path) % 2))

    def __call__(self, outer: Tensor) -> Tensor:
        table = _table(self.paths, self.degree).to(outer)
        return outer.flatten(-2) @ table.flatten(0, 1)

    @property
    def dim(self) -> int:
        """The coordinates of all paths, D."""
        return sum(2 * c + 1 for _, _, c in self.paths)

    def counts(self) -> tuple[int, ...]:
        """How many paths end in each degree."""
        return tuple(sum(c == l for _, _, c in self.paths) for l in range(self.degree + 1))


@lru_cache(maxsize=16)
def _table(paths: tuple[tuple[int, int, int], ...], degree: int) -> Tensor:
    """From y x^T to x (x) y, (d d D) in float64, of unit variance for each coordinate of each path."""
    from e3nn import o3

    offset = [l**2 for l in range(degree + 2)]
    columns = []
    for a, b, c in paths:
        block = torch.zeros(offset[-1], offset[-1], 2 * c + 1, dtype=torch.float64)
        w = o3.wigner_3j(a, b, c, dtype=torch.float64) * (2 * c + 1) ** 0.5
        block[offset[b] : offset[b + 1], offset[a] : offset[a + 1]] = w.transpose(0, 1)
        columns.append(block)
    return torch.cat(columns, dim=-1)
