"""Functions with finitely many coefficients, which a group of rotations moves: vectors and fields at once."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from torch import Tensor

from groups.base_space import Field
from groups.coefficients import Coefficients
from groups.element import Element
from groups.precision import full_precision
from groups.representation import Representation


@dataclass(frozen=True)
class BandLimited(Coefficients, Field):
    """So many functions f up to some degree, [g f](u) = f(g^-1 u), as the vector of their coefficients, (*batch dim).

    The basis is orthonormal for the mean over the base space, so that |z|^2 is the mean of |f|^2. Base points are
    spread evenly, and a window of k cells holds the k of them nearest the origin: it reads values (*batch copies k).

    Raises:
        ValueError: a window of more points than there are; coefficients of another number.
    """

    @abstractmethod
    def basis(self, points: Tensor) -> Tensor:
        """The basis at base points, (*batch *point) -> (*batch size)."""

    @abstractmethod
    def grid(self, degree: int | None = None) -> tuple[Tensor, Tensor]:
        """Base points (n *point) and their weights (n), exact for products of two functions, or up to a degree.

        Raises:
            ValueError: the degree is less than twice that of the functions.
        """

    @abstractmethod
    def base_points(self) -> Tensor:
        """All base points of windows, nearest to the origin first, (n *point) in float64."""

    @property
    def fibre(self) -> Representation:
        """The functions themselves: what they are averaged to are their coefficients."""
        return self

    def evaluate(self, z: Tensor, points: Tensor) -> Tensor:
        """The values at base points, (*batch dim) and (*batch k *point) -> (*batch copies k); batches broadcast."""
        return self.functions(z) @ self.basis(points.to(full_precision(z))).mT.to(z.dtype)

    def coefficients(self, values: Tensor, degree: int | None = None) -> Tensor:
        """The functions with these values on `grid(degree)`, (*batch copies n) -> (*batch dim).

        Of values that no function of this degree has, it is the nearest one, as far as the grid tells.

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
        """The values at the points of a region, (*batch copies k); without one the coefficients, (*batch dim)."""
        return x if region is None else self.evaluate(x, region)

    def average(self, values: Tensor) -> Tensor:
        """The mean over the points of a window, (*batch copies k) -> (*batch copies 1); coefficients stay."""
        return values if values.shape[-1] == self.dim else values.mean(-1, keepdim=True)

    def keeps(self, shape: tuple[int, ...], region: Tensor | None) -> bool:
        """Whether there is no region: any other window moves."""
        return region is None

    def cells(self, pixels: int) -> int:
        raise ValueError(f"a window of {self} has a size in points, not in pixels, got {pixels} pixels")

    def enough(self, degree: int | None) -> int:
        """A degree up to which a grid is exact, by itself twice that of the functions.

        Raises:
            ValueError: it is less.
        """
        least = 2 * self.degree
        if degree is not None and degree < least:
            raise ValueError(f"grids for degree {self.degree} are exact up to {least} or more, got {degree}")
        return least if degree is None else degree
