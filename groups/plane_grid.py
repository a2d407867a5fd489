"""Windows and points of fields on a grid of the plane."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from einops import rearrange
from torch import Tensor

from groups.base_space import Field
from groups.lattice import has_shifts
from groups.representation import Regular
from groups.scrambled import RandomOrthogonal
from groups.sums import DirectSum
from groups.warp import WHOLE, Window, central


class PlaneGrid(Field):
    """Fields on a grid of rows and columns, (*batch c h w), read in windows of it."""

    @property
    def event_dim(self) -> int:
        return 3

    def scrambled(self, seed: int) -> Self:
        """The same action with every regular fibre moved by random rotations, one for each element of its group.

        Raises:
            ValueError: that group has only the identity, which stays.
        """
        group, order = self.fibre.group, self.regular_order
        if order < 2:
            raise ValueError(f"the point group {group} does not turn")
        return replace(self, fibre=self.fibre.dim // order * RandomOrthogonal(group, seed))  # type: ignore[type-var]

    @property
    def regular_order(self) -> int:
        """The order of the group on whose functions the fibres take values.

        Raises:
            TypeError: the fibre is not copies of one regular representation.
        """
        kinds = {rho for rho, _ in self.fibre.runs} if isinstance(self.fibre, DirectSum) else {self.fibre}
        regular = kinds.pop()
        if kinds or not isinstance(regular, Regular):
            raise TypeError(f"expected fibres that are copies of a regular representation, got {self.fibre}")
        return regular.dim

    def region(self, shape: tuple[int, ...], cells: int) -> Window:
        h, w = shape[-2:]
        if cells > min(h, w):
            raise ValueError(f"a window of {cells} x {cells} cells does not fit a field on {h} x {w}")
        return central(h, w, cells, cells)

    def crop(self, x: Tensor, region: Window | None = None) -> Tensor:
        """The field on a window of the grid, (*batch c k l)."""
        return x[(..., *(region or WHOLE))]

    def keeps(self, shape: tuple[int, ...], region: Window | None) -> bool:
        """Whether the window is the whole grid, or a square about a centre that no element moves."""
        rows, columns = (len(range(side)[part]) for side, part in zip(shape[-2:], region or WHOLE, strict=True))
        beyond = shape[-2] - rows, shape[-1] - columns
        centred = not any(margin % 2 for margin in beyond)
        return not any(beyond) or (centred and not has_shifts(self.group))

    def points(self, x: Tensor) -> Tensor:
        return rearrange(x, "... (k g) h w -> ... k (g h w)", g=self.regular_order)

    def from_points(self, values: Tensor, shape: tuple[int, ...]) -> Tensor:
        h, w = shape[-2:]
        return rearrange(values, "... k (g h w) -> ... (k g) h w", h=h, w=w)

    def take_fibre(self, x: Tensor, count: int) -> Tensor:
        """The first points of each regular fibre, in the order of the group's elements."""
        order = self.regular_order
        if count > order:
            raise ValueError(f"a window of {count} points of a fibre does not fit fibres of {order}")
        fibres = rearrange(x, "... (c g) h w -> ... c g h w", g=order)[..., :count, :, :]
        return rearrange(fibres, "... c g h w -> ... (c g) h w")
