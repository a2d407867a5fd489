"""The part of a feature field that a view consists of."""

from __future__ import annotations

from dataclasses import dataclass

from einops import rearrange, reduce
from torch import Tensor

from groups import Action, Element, FieldAction
from groups.lattice import has_shifts
from groups.warp import WHOLE, central
from groups.warp import Window as Slices


@dataclass(frozen=True)
class Window:
    """A set B of base points: size x size cells at the centre of the grid, and the first `fibre` points of each fibre.

    A view is [g z](B) = rho(g) z(g^-1 B): the moved field read in place is the field read at the moved window. Given in
    pixels, the window covers the same part of the image after every stage: pixels / stride cells.

    Raises:
        ValueError: size, fibre or pixels is no whole number from 1, or larger than the field; both size and pixels; a
            stride of the field that does not divide pixels.
    """

    size: int | None = None
    """Cells along each side; None takes the whole grid."""
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
        """Whether moving the field z: (... c h w) and moving its window are one, [g z](B) = g (z(B)).

        So they are where the window is the whole field, or a square about a centre that no element moves.
        """
        if self.whole or self.fibre is not None or not isinstance(action, FieldAction):
            return self.whole
        cells = self.cells(action)
        beyond = [side - cells for side in z.shape[-2:]]
        centred = not any(margin % 2 for margin in beyond)
        return not any(beyond) or (centred and not has_shifts(action.group))

    def cells(self, action: FieldAction) -> int:
        """Cells along each side of the window in a field, where it is not the whole grid.

        >>> from groups import Cyclic, Regular
        >>> Window(pixels=16).cells(FieldAction(Cyclic(4), Regular(Cyclic(4)), stride=4))
        4
        """
        if self.pixels is None:
            assert self.size is not None
            return self.size
        if self.pixels % action.stride:
            field = f"a field of stride {action.stride}"
            raise ValueError(f"a window of {self.pixels} pixels is no number of cells in {field}")
        return self.pixels // action.stride

    def read(self, action: Action, g: Element, z: Tensor) -> Tensor:
        """[g z](B), g: (v b), z: (b c h w) -> (v b c' k l), or (v b c' 1 1) where the mean is taken."""
        if not isinstance(action, FieldAction):
            self._require_whole(action)
            return action(g, z)
        read = action.mean if self.mean else action.read
        return self._take_fibre(action, read(g, z, self._slices(action, z)))

    def crop(self, action: Action, z: Tensor) -> Tensor:
        """z(B), of features already moved, (... c h w) -> (... c' k l), or (... c' 1 1)."""
        if not isinstance(action, FieldAction):
            self._require_whole(action)
            return z
        rows, columns = self._slices(action, z)
        cells = self._take_fibre(action, z[..., rows, columns])
        return reduce(cells, "... k l -> ... 1 1", "mean") if self.mean else cells

    def _slices(self, action: FieldAction, z: Tensor) -> Slices:
        if self.size is None and self.pixels is None:
            return WHOLE
        (h, w), cells = z.shape[-2:], self.cells(action)
        if cells > min(h, w):
            raise ValueError(f"a window of {cells} x {cells} cells does not fit a field on {h} x {w}")
        return central(h, w, cells, cells)

    def _take_fibre(self, action: FieldAction, z: Tensor) -> Tensor:
        if self.fibre is None:
            return z
        order = action.regular_order
        if self.fibre > order:
            raise ValueError(f"a window of {self.fibre} points of a fibre does not fit fibres of {order}")
        fibres = rearrange(z, "... (c g) h w -> ... c g h w", g=order)[..., : self.fibre, :, :]
        return rearrange(fibres, "... c g h w -> ... (c g) h w")

    def _require_whole(self, action: Action) -> None:
        if not self.whole:
            raise TypeError(f"a window of a field needs a FieldAction, got {action}")
