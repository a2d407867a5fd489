"""The part of a feature field that a view consists of."""

from __future__ import annotations

from dataclasses import dataclass

from einops import rearrange
from torch import Tensor

from groups import Action, Element, FieldAction
from groups.lattice import has_shifts
from groups.warp import WHOLE, central
from groups.warp import Window as Slices


@dataclass(frozen=True)
class Window:
    """A set B of base points: size x size cells at the centre of the grid, and the first `fibre` points of each fibre.

    A view is [g z](B) = rho(g) z(g^-1 B): the moved field read in place is the field read at the moved window.

    Raises:
        ValueError: size or fibre < 1, or larger than the field.
    """

    size: int | None = None
    """Cells along each side; None takes the whole grid."""
    fibre: int | None = None
    """Points read from each regular fibre, in the order of the group's elements; None takes all."""

    def __post_init__(self) -> None:
        for name, value in (("size", self.size), ("fibre", self.fibre)):
            if value is not None and value < 1:
                raise ValueError(f"Window needs {name} >= 1, got {value}")

    @property
    def whole(self) -> bool:
        """Whether the window is the whole field."""
        return self.size is None and self.fibre is None

    def keeps(self, action: Action, z: Tensor) -> bool:
        """Whether moving the field z: (... c h w) and moving its window are one, [g z](B) = g (z(B)).

        So they are where the window is the whole field, or a square about a centre that no element moves.
        """
        if self.size is None or self.fibre is not None:
            return self.whole
        beyond = [side - self.size for side in z.shape[-2:]]
        centred = not any(margin % 2 for margin in beyond)
        fixed = isinstance(action, FieldAction) and not has_shifts(action.group)
        return not any(beyond) or (centred and fixed)

    def read(self, action: Action, g: Element, z: Tensor) -> Tensor:
        """[g z](B), g: (v b), z: (b c h w) -> (v b c' k l)."""
        if not isinstance(action, FieldAction):
            self._require_whole(action)
            return action(g, z)
        return self._take_fibre(action, action.read(g, z, self._slices(z)))

    def crop(self, action: Action, z: Tensor) -> Tensor:
        """z(B), of features already moved, (... c h w) -> (... c' k l)."""
        if not isinstance(action, FieldAction):
            self._require_whole(action)
            return z
        rows, columns = self._slices(z)
        return self._take_fibre(action, z[..., rows, columns])

    def _slices(self, z: Tensor) -> Slices:
        if self.size is None:
            return WHOLE
        h, w = z.shape[-2:]
        if self.size > min(h, w):
            raise ValueError(f"a window of {self.size} x {self.size} cells does not fit a field on {h} x {w}")
        return central(h, w, self.size, self.size)

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
