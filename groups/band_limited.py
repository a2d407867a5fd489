"""Functions with finitely many coefficients, which a group of rotations moves: vectors and fields at once."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from groups.base_space import Field
from groups.element import Element
from groups.harmonics import wigner
from groups.precision import full_precision
from groups.representation import Representation
from groups.standard import Standard
from groups.sums import block_diagonal


@dataclass(frozen=True)
class BandLimited(Representation, Field):
    """So many functions f up to some degree, [g f](u) = f(g^-1 u), as the vector of their coefficients, (*batch d).

    Degree after degree, and within it copies of the irrep, e3nn's "k x 0e + k x 1o + ...". The basis is orthonormal for
    the mean over the base space, so that |z|^2 is the mean of |f|^2. Base points are spread evenly, and a window of k
    cells holds the k of them nearest the origin: it reads values (*batch copies k).

    Raises:
        ValueError: copies < 1 or degree < 0; a window of more points than there are.
        TypeError: the group does not turn space about a point.
    """

    group: Any
    """The group that turns space."""
    copies: int
    """How many functions there are."""
    degree: int
    """The highest degree of their harmonics."""

    def __post_init__(self) -> None:
        for name, least in (("copies", 1), ("degree", 0)):
            if type(value := getattr(self, name)) is not int or value < least:
                raise ValueError(f"{type(self).__name__}.{name} is a whole number from {least}, got {value!r}")
        if not _turns_space(self.group):
            raise TypeError(f"{type(self).__name__} needs a group that turns space, such as SO3(), got {self.group}")

    @abstractmethod
    def multiplicity(self, l: int) -> int:
        """How many copies of the irrep of degree l there are."""

    @abstractmethod
    def basis(self, points: Tensor) -> Tensor:
        """The basis at base points, (*batch *point) -> (*batch d/copies)."""

    @abstractmethod
    def grid(self, degree: int | None = None) -> tuple[Tensor, Tensor]:
        """Base points (n *point) and their weights (n), exact for products of two functions, or up to a degree."""

    @abstractmethod
    def base_points(self) -> Tensor:
        """All base points of windows, nearest to the origin first, (n *point) in float64."""

    @property
    def dim(self) -> int:
        return sum(self.multiplicity(l) * (2 * l + 1) for l in range(self.degree + 1))

    @property
    def size(self) -> int:
        """The coefficients of one function."""
        return self.dim // self.copies

    def enough(self, degree: int | None) -> int:
        """A degree up to which a grid is exact, by itself twice that of the functions.

        Raises:
            ValueError: it is less.
        """
        least = 2 * self.degree
        if degree is not None and degree < least:
            raise ValueError(
                f"a grid for functions of degree {self.degree} is exact up to {least} or more, got {degree}"
            )
        return least if degree is None else degree

    @property
    def fibre(self) -> Representation:
        """The functions themselves: what they are averaged to are their coefficients."""
        return self

    def motion(self, g: Element, dtype: torch.dtype) -> Tensor:
        """How an element moves space, (*batch 3 3)."""
        return Standard(self.group).matrix(g, dtype=dtype)

    def parts(self, z: Tensor) -> list[Tensor]:
        """The coefficients of each degree l, (*batch d) -> (*batch multiplicity 2l+1)."""
        sizes = [self.multiplicity(l) * (2 * l + 1) for l in range(self.degree + 1)]
        return [part.unflatten(-1, (-1, 2 * l + 1)) for l, part in enumerate(z.split(sizes, dim=-1))]

    def functions(self, z: Tensor) -> Tensor:
        """The coefficients of each function, in the order of the basis, (*batch d) -> (*batch copies d/copies)."""
        return torch.cat([part.reshape(*z.shape[:-1], self.copies, -1) for part in self.parts(z)], dim=-1)

    def from_functions(self, f: Tensor) -> Tensor:
        """The inverse of `functions`, (*batch copies d/copies) -> (*batch d)."""
        sizes = [self.multiplicity(l) // self.copies * (2 * l + 1) for l in range(self.degree + 1)]
        return torch.cat([part.flatten(-2) for part in f.split(sizes, dim=-1)], dim=-1)

    def act(self, g: Element, x: Tensor) -> Tensor:
        self._check_size(x)
        turns = wigner(range(self.degree + 1), self.motion(g, full_precision(x).dtype))
        moved = [(part @ turn.mT.to(x.dtype)).flatten(-2) for part, turn in zip(self.parts(x), turns, strict=True)]
        return torch.cat(moved, dim=-1)

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        turns = wigner(range(self.degree + 1), self.motion(g, dtype))
        return block_diagonal([turn for l, turn in enumerate(turns) for _ in range(self.multiplicity(l))])

    def invariants(self, x: Tensor) -> Tensor:
        """What has degree 0, and the length of every other vector: the power spectrum, (*batch k)."""
        first, *rest = self.parts(x)
        return torch.cat([first[..., 0], *[part.norm(dim=-1) for part in rest]], dim=-1)

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        """Normal coefficients, which fall with the degree, (n d)."""
        z = torch.randn(n, self.dim, generator=generator, dtype=torch.float64)
        return torch.cat([part.flatten(-2) / (1 + l) for l, part in enumerate(self.parts(z))], dim=-1)

    def evaluate(self, z: Tensor, points: Tensor) -> Tensor:
        """The values at base points, (*batch d) and (*batch k *point) -> (*batch copies k); batches broadcast."""
        self._check_size(z)
        return self.functions(z) @ self.basis(points.to(full_precision(z))).mT.to(z.dtype)

    def coefficients(self, values: Tensor, degree: int | None = None) -> Tensor:
        """The functions with these values on `grid(degree)`, (*batch copies n) -> (*batch d).

        Of values that no function of this degree has it is the nearest one, to the grid's precision.

        Raises:
            ValueError: they are of another number of points or copies.
        """
        points, weights = self.grid(degree)
        if values.shape[-2:] != (self.copies, len(points)):
            expected = f"({self.copies} {len(points)})"
            raise ValueError(f"{self} expects values {expected} on its grid, got {tuple(values.shape)}")
        weighted = weights[:, None] * self.basis(points)
        return self.from_functions(values @ weighted.to(values))

    def points(self, x: Tensor) -> Tensor:
        """The values on the quadrature grid, (*batch copies n)."""
        return self.evaluate(x, self.grid()[0])

    def from_points(self, values: Tensor, shape: tuple[int, ...]) -> Tensor:
        return self.coefficients(values)

    def region(self, shape: tuple[int, ...], cells: int) -> Tensor:
        points = self.base_points()
        if cells > len(points):
            raise ValueError(f"a window of {cells} points does not fit the {len(points)} base points of {self}")
        return points[:cells]

    def read(self, g: Element, x: Tensor, region: Tensor | None = None) -> Tensor:
        self.check(g, x)
        return self.crop(self.act(g, x), region)

    def crop(self, x: Tensor, region: Tensor | None = None) -> Tensor:
        """The values at the points of a region, (*batch copies k); without one the coefficients, (*batch d)."""
        return x if region is None else self.evaluate(x, region)

    def average(self, values: Tensor) -> Tensor:
        """The mean over the points of a window, (*batch copies k) -> (*batch copies 1); coefficients stay."""
        return values if values.shape[-1] == self.dim else values.mean(-1, keepdim=True)

    def keeps(self, shape: tuple[int, ...], region: Tensor | None) -> bool:
        """Whether there is no region: any other window moves."""
        return region is None

    def cells(self, pixels: int) -> int:
        raise ValueError(f"a window of {self} has a size in points, not in pixels, got {pixels} pixels")

    def _check_size(self, z: Tensor) -> None:
        if z.shape[-1] != self.dim:
            raise ValueError(f"{self} has {self.dim} coefficients, got {tuple(z.shape)}")


@lru_cache(maxsize=32)
def _turns_space(group: Any) -> bool:
    try:
        turns = Standard(group).matrix(group.sample(8, generator=torch.Generator().manual_seed(0)), dtype=torch.float64)
    except (TypeError, AttributeError):
        return False
    return turns.shape[-1] == 3 and torch.allclose(turns @ turns.mT, torch.eye(3, dtype=turns.dtype), atol=1e-5)
