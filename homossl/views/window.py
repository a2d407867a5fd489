"""The part of a feature field that a view consists of."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from groups import Action, Element, Field
from groups.base_space import Region


@dataclass(frozen=True)
class Window:
    """A set B of base points: `size` cells along each side about the centre, the first `fibre` points of each fibre.

    What a cell is, the field says: of a grid, or on a sphere one of the points nearest its pole.

    A view is [g z](B) = rho(g) z(g^-1 B): the moved field read in place is the field read at the moved window. Given in
    pixels, the window covers the same part of the image after every stage: pixels / stride cells.

    Raises:
        ValueError: size, fibre or pixels is no whole number from 1, or larger than the field; both size and pixels; a
            stride of the field that does not divide pixels.
    """

    size: int | None = None
    """Cells along each side; None takes the whole field."""
    fibre: int | None = None
    """Points read from each regular fibre, in the order of the group's elements; None takes all."""
    pixels: int | None = None
    """Pixels of the image along each side, in the place of size."""
    mean: bool = False
    """Take the mean over the cells: what a pooling readout sees of a view, read without the moved field."""

    def __post_init__(self) -> None:
        for name in ("size", "fibre", "pixels"):
            if (value := getattr(self, name)) is not None and (type(value) is not int or value < 1):
                raise ValueError(f"Window.{name} must be a whole number, at least 1, got {value!r}")
        if self.size is not None and self.pixels is not None:
            raise ValueError(f"Window takes size or pixels, got {self.size} and {self.pixels}")

    @property
    def whole(self) -> bool:
        """Whether the window is the whole field."""
        return self == Window(mean=self.mean)

    def keeps(self, action: Action, z: Tensor) -> bool:
        """Whether moving the field z: (b *event) and moving its window are one, [g z](B) = g (z(B)).

        So they are where the window is the whole field, or a region about a centre that no element moves.
        """
        if self.whole or self.fibre is not None or not isinstance(action, Field):
            return self.whole
        return action.keeps(_event(action, z), self.region(action, z))

    def cells(self, action: Field) -> int:
        """Cells along each side of the window in a field, where it is not the whole grid.

        >>> from groups import Cyclic, FieldAction, Regular
        >>> Window(pixels=16).cells(FieldAction(Cyclic(4), Regular(Cyclic(4)), stride=4))
        4
        """
        if self.pixels is not None:
            return action.cells(self.pixels)
        assert self.size is not None
        return self.size

    def region(self, action: Field, z: Tensor) -> Region:
        """The base points of fields z: (*batch *event) that the window holds; None for all of them."""
        if self.size is None and self.pixels is None:
            return None
        return action.region(_event(action, z), self.cells(action))

    def read(self, action: Action, g: Element, z: Tensor) -> Tensor:
        """[g z](B), g: (v b), z: (b *event) -> (v b c' *window), of one cell where the mean is taken."""
        if not isinstance(action, Field):
            self._require_whole(action)
            return action(g, z)
        read = action.mean if self.mean else action.read
        return self.take_fibre(action, read(g, z, self.region(action, z)))

    def crop(self, action: Action, z: Tensor) -> Tensor:
        """z(B), of features already moved, (*batch *event) -> (*batch c' *window), one cell where the mean is taken."""
        if not isinstance(action, Field):
            self._require_whole(action)
            return z
        cells = self.take_fibre(action, action.crop(z, self.region(action, z)))
        return action.average(cells) if self.mean else cells

    def take_fibre(self, action: Field, z: Tensor) -> Tensor:
        """The points of each fibre that the window holds."""
        return z if self.fibre is None else action.take_fibre(z, self.fibre)

    def _require_whole(self, action: Action) -> None:
        if not self.whole:
            raise TypeError(f"a window of a field needs a Field, such as a FieldAction, got {action}")


def _event(action: Action, z: Tensor) -> tuple[int, ...]:
    return tuple(z.shape[z.dim() - action.event_dim :])
