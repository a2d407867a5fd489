"""Actions on functions over a base space: the plane, a line, a sphere, a set of scales."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from einops import rearrange
from torch import Tensor

from groups.action import Action
from groups.element import Element

if TYPE_CHECKING:
    from groups.representation import Representation

Region = Any
"""Some base points of a field, in a form of the field's own; None stands for all of them."""


class Field(Action):
    """Functions z on a base space with values in fibres, [g z](u) = rho(g) z(g^-1 u), z: (*batch *event).

    A field is kept on a grid of base points, its first axis for channels: (*batch c *grid). A region B is a window of
    base points about the centre: [g z](B) = rho(g) z(g^-1 B). A subclass says `group`, `fibre`, `event_dim` and how to
    `act`; where it can, it also reads a region in place, without the moved field. What is no grid, as coefficients of
    functions on a sphere (*batch d), says what its regions and points are.
    """

    if TYPE_CHECKING:  # a field in some subclasses and a property in others

        @property
        def fibre(self) -> Representation:
            """How the group, or a part of it, moves the mean over the grid, (*batch c)."""
            ...

    def region(self, shape: tuple[int, ...], cells: int) -> Region:
        """A window of so many cells along each side about the centre of fields (*batch *shape).

        Above and left of the centre where it falls between cells.

        Raises:
            ValueError: it does not fit.
        """
        sides = shape[1:]
        if cells > min(sides):
            window, grid = (" x ".join(map(str, one)) for one in ([cells] * len(sides), sides))
            raise ValueError(f"a window of {window} cells does not fit a field on {grid}")
        return tuple(slice((side - cells) // 2, (side - cells) // 2 + cells) for side in sides)

    def read(self, g: Element, x: Tensor, region: Region = None) -> Tensor:
        """The moved field in a region, [g z](B), (*batch c *window)."""
        return self.crop(self(g, x), region)

    def crop(self, x: Tensor, region: Region = None) -> Tensor:
        """The field in a region as it is, z(B), (*batch c *window)."""
        return x if region is None else x[(..., *region)]

    def keeps(self, shape: tuple[int, ...], region: Region) -> bool:
        """Whether moving fields (*batch *shape) and moving what a region holds of them are one, [g z](B) = g (z(B))."""
        return region is None or all(len(range(n)[part]) == n for n, part in zip(shape[1:], region, strict=True))

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

    def strided(self, stride: int) -> Self:
        """The same fields on a grid of another stride, where they have one."""
        return replace(self, stride=stride) if hasattr(self, "stride") else self  # type: ignore[type-var]

    def of_whole(self, part: Field) -> Field | None:
        """Fields of another type, which this group or its point group moves, as fields of this group; else None."""
        return part if part.group == self.group else None

    @property
    def regular_order(self) -> int:
        """The order of the group on whose functions the fibres take values.

        Raises:
            TypeError: the fibre is not copies of one regular representation.
        """
        from groups.representation import Regular
        from groups.sums import DirectSum

        kinds = {rho for rho, _ in self.fibre.runs} if isinstance(self.fibre, DirectSum) else {self.fibre}
        regular = kinds.pop()
        if kinds or not isinstance(regular, Regular):
            raise TypeError(f"expected fibres that are copies of a regular representation, got {self.fibre}")
        return regular.dim

    def points(self, x: Tensor) -> Tensor:
        """The values at all base points, those of regular fibres included, (*batch *event) -> (*batch k n)."""
        grid = x.flatten(x.dim() - self.event_dim + 1)
        return rearrange(grid, "... (k g) u -> ... k (g u)", g=self._fibre_points)

    def from_points(self, values: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The field of event shape (*shape) with these values, (*batch k n) -> (*batch *shape)."""
        grid = rearrange(values, "... k (g u) -> ... (k g) u", g=self._fibre_points)
        return grid.reshape(*grid.shape[:-2], *shape)

    def take_fibre(self, x: Tensor, count: int) -> Tensor:
        """The first points of each regular fibre, in the order of its group, (*batch (k g) *window) -> (k count).

        Raises:
            TypeError: the fibres are not regular.
            ValueError: they have fewer points.
        """
        order, channel = self.regular_order, x.dim() - self.event_dim
        if count > order:
            raise ValueError(f"a window of {count} points of a fibre does not fit fibres of {order}")
        return x.unflatten(channel, (-1, order)).narrow(channel + 1, 0, count).flatten(channel, channel + 1)

    def readings(self, z: Tensor) -> tuple[Tensor, Tensor]:
        mean = self.average(z).flatten(1)
        return mean, self.fibre.invariants(mean)

    def scrambled(self, seed: int) -> Self:
        """The same action with every regular fibre moved by random rotations, one for each element of its group.

        Raises:
            ValueError: that group has only the identity, which stays.
            TypeError: the fibres are not regular.
        """
        from groups.scrambled import RandomOrthogonal

        group, order = self.fibre.group, self.regular_order
        if order < 2:
            raise ValueError(f"the point group {group} does not turn")
        return replace(self, fibre=self.fibre.dim // order * RandomOrthogonal(group, seed))  # type: ignore[type-var]

    @property
    def _fibre_points(self) -> int:
        try:
            return self.regular_order
        except TypeError:
            return 1
