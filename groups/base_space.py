"""Actions on functions over a base space: the plane, a line, a sphere, a set of scales."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from torch import Tensor

from groups.action import Action
from groups.element import Element

if TYPE_CHECKING:
    from groups.representation import Representation

Region = Any
"""Some base points of a field, in a form of the field's own; None stands for all of them."""


class Field(Action):
    """Functions z on a base space with values in fibres, [g z](u) = rho(g) z(g^-1 u), z: (*batch *event).

    A field is kept on a grid of base points, its first axis for channels: (*batch c *grid); or as coefficients, one
    vector (*batch d). A region B is a window of base points about the centre: [g z](B) = rho(g) z(g^-1 B) is read in
    place, without the moved field.
    """

    if TYPE_CHECKING:  # a field in some subclasses and a property in others

        @property
        def fibre(self) -> Representation:
            """How the group, or a part of it, moves the mean over the grid, (*batch c)."""
            ...

    @abstractmethod
    def region(self, shape: tuple[int, ...], cells: int) -> Region:
        """A window of so many cells along each side about the centre of fields (*batch *shape).

        Raises:
            ValueError: it does not fit.
        """

    @abstractmethod
    def read(self, g: Element, x: Tensor, region: Region = None) -> Tensor:
        """The moved field in a region, [g z](B), (*batch c *window)."""

    @abstractmethod
    def crop(self, x: Tensor, region: Region = None) -> Tensor:
        """The field in a region as it is, z(B), (*batch c *window)."""

    @abstractmethod
    def keeps(self, shape: tuple[int, ...], region: Region) -> bool:
        """Whether moving fields (*batch *shape) and moving what a region holds of them are one, [g z](B) = g (z(B))."""

    @abstractmethod
    def points(self, x: Tensor) -> Tensor:
        """The values at all base points, those of the fibres included, as one axis: (*batch *event) -> (*batch c n)."""

    @abstractmethod
    def from_points(self, values: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The field of event shape (*shape) with these values, (*batch c n) -> (*batch *shape)."""

    def mean(self, g: Element, x: Tensor, region: Region = None) -> Tensor:
        """The mean of the moved field over the cells of a region, (*batch c 1 ...)."""
        return self.average(self.read(g, x, region))

    def average(self, values: Tensor) -> Tensor:
        """The mean over the cells of a window: (*batch c *window) -> (*batch c 1 ...)."""
        axes = tuple(range(1 - self.event_dim, 0))
        return values.mean(axes, keepdim=True) if axes else values

    def cells(self, pixels: int) -> int:
        """The cells of the field in so many pixels of the input.

        Raises:
            ValueError: that is no whole number.
        """
        stride = getattr(self, "stride", 1)
        if pixels % stride:
            raise ValueError(f"a window of {pixels} pixels is no number of cells in a field of stride {stride}")
        return pixels // stride

    def take_fibre(self, x: Tensor, count: int) -> Tensor:
        """The first points of each fibre, (*batch (k g) *window) -> (*batch (k count) *window).

        Raises:
            TypeError: the fibres have no points.
            ValueError: they have fewer.
        """
        raise TypeError(f"a window of {count} points of a fibre needs fibres that are functions on a group, got {self}")

    def readings(self, z: Tensor) -> tuple[Tensor, Tensor]:
        mean = self.average(z).flatten(1)
        return mean, self.fibre.invariants(mean)
