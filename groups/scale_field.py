"""Fields over scales, turns and cells of the plane."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from torch import Tensor

from groups.element import Element
from groups.field import FieldAction
from groups.scale_space import RandomScaleSpace, ScaleSpace
from groups.sums import DirectSum
from groups.warp import ON_PIXEL


@dataclass(frozen=True)
class ScaleField(FieldAction):
    """A group moving a field over turns, scales and cells, [g z](a, t, u) = z(a - angle, t - log-scale, g^-1 u).

    z: (*batch (k a t) h w). What comes from beyond the ends of the axis, or the border of the grid, is zero: clipped
    and never wrapped; `seen` tells it apart.

    Raises:
        TypeError: the fibre is not copies of one ScaleSpace.
    """

    fibre: DirectSum
    """Copies of a ScaleSpace."""

    def __post_init__(self) -> None:
        super().__post_init__()
        kinds = {rho for rho, _ in self.fibre.runs} if isinstance(self.fibre, DirectSum) else {self.fibre}
        if len(kinds) > 1 or not isinstance(kinds.pop(), ScaleSpace):
            raise TypeError(f"a ScaleField has fibres that are copies of a ScaleSpace, got {self.fibre}")

    @property
    def space(self) -> ScaleSpace:
        """What each field is a function on, beside the cells."""
        return cast(ScaleSpace, self.fibre.terms[0])

    @property
    def regular_order(self) -> int:
        """The points of each fibre, turns times scales."""
        return self.space.dim

    def scrambled(self, seed: int) -> ScaleField:
        """The same action with fibres that turns and zooms move by random rotations.

        Raises:
            ValueError: the fibres have one point, which stays.
        """
        space = self.space
        if space.dim < 2:
            raise ValueError(f"the fibres of {self} have one point")
        wrong = RandomScaleSpace(space.group, space.scales, space.turns, space.step, seed)
        return replace(self, fibre=DirectSum((wrong,) * len(self.fibre.terms)))

    def keeps_grid(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        whole = [(steps - steps.round()).abs() < ON_PIXEL for steps in self.space.steps(g)]
        return super().keeps_grid(g, shape) & whole[0] & whole[1] & self.space.on_axis(g).all(-1)

    def seen(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        """At which points of a field (c h w) the source is on the axis of scales and on the grid, (*batch c h w)."""
        points = self.space.on_axis(g).repeat(*[1] * len(g.shape), len(self.fibre.terms))
        return super().seen(g, shape)[..., None, :, :] & points[..., None, None]


def scale_field(space: ScaleSpace, k: int = 1, stride: int = 1, **options: Any) -> ScaleField:
    """k fields over the turns and scales of a space, (*batch (k a t) h w)."""
    return ScaleField(space.group, DirectSum((space,) * k), stride, **options)
