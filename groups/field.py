"""Actions on images and feature maps: [g f](u) = rho(g) f(g^-1 u)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import torch
from torch import Tensor

from groups.affine import from_homogeneous, homogeneous
from groups.base_space import Field
from groups.element import Element
from groups.group import Group
from groups.lattice import has_shifts, keeps_axes, keeps_lattice, point, point_group
from groups.plane import affine, torus_of
from groups.pooling import shares, weighted
from groups.representation import Representation, Trivial
from groups.smooth import SIDE, waves
from groups.warp import ON_PIXEL, WHOLE, Padding, Window, gather, source_points, warp, within


@dataclass(frozen=True)
class FieldAction(Field):
    """A group moving a field over a grid, [g f](u) = rho(g) f(g^-1 u), f: (*batch c h w), c = dim rho.

    The fibre represents the group or its point group. One cell of the grid is `stride` pixels of the group's shifts.
    The composed element is resampled once; motions of the pixel lattice are gathered, so that C_4, D_4 and shifts of a
    torus are exact.

    Raises:
        TypeError: the fibre represents neither the group nor its point group.
        ValueError: stride < 1, or a torus that is not padded "circular"; a field of another number of channels, a torus
            on another grid, quarter turns of a grid that is not square.
    """

    group: Any
    """The group that moves the field."""
    fibre: Representation
    """How the group, or its point group, acts on the channels."""
    stride: int = 1
    """Pixels between cells of the grid."""
    padding: Padding = "zeros"
    """What lies beyond the border of the grid."""

    def __post_init__(self) -> None:
        affine(self.group.identity())
        if self.fibre.group != self.group and self.fibre.group != point_group(self.group):
            raise TypeError(f"a field of {self.group} cannot have fibres that represent {self.fibre.group}")
        if self.stride < 1:
            raise ValueError(f"FieldAction needs stride >= 1, got {self.stride}")
        if self.padding not in get_args(Padding):
            raise ValueError(f"padding is one of {get_args(Padding)}, got {self.padding!r}")
        if torus_of(self.group) and self.padding != "circular":
            raise ValueError(f"{self.group} wraps around the grid: padding is 'circular', got {self.padding!r}")

    @property
    def exact(self) -> bool:
        return keeps_lattice(self.group) and (self.stride == 1 or not has_shifts(self.group))

    @property
    def tolerance(self) -> float:
        return 1e-5 if self.exact else 0.1

    @property
    def event_dim(self) -> int:
        return 3

    def act(self, g: Element, x: Tensor) -> Tensor:
        return self._read(g, x, WHOLE)

    def read(self, g: Element, x: Tensor, region: Window | None = None) -> Tensor:
        """The moved field on a window of the grid only, [g f](B), (*batch c k l)."""
        self.check(g, x)
        return self._read(g, x, region or WHOLE)

    def keeps(self, shape: tuple[int, ...], region: Window | None) -> bool:
        """Whether the window is the whole grid, or a square about a centre that no element moves."""
        rows, columns = (len(range(side)[part]) for side, part in zip(shape[-2:], region or WHOLE, strict=True))
        beyond = shape[-2] - rows, shape[-1] - columns
        centred = not any(margin % 2 for margin in beyond)
        return not any(beyond) or (centred and not has_shifts(self.group))

    def of_whole(self, part: Field) -> FieldAction | None:
        if not isinstance(part, FieldAction) or part.group != point_group(self.group):
            return None
        return FieldAction(self.group, part.fibre, padding=self.padding)

    def mean(self, g: Element, x: Tensor, region: Window | None = None) -> Tensor:
        """The mean of the moved field over a window, (*batch c 1 1), from weights of the pixels: no field is moved."""
        self.check(g, x)
        share = shares(self._inverse(g, x), x.shape[-2], x.shape[-1], self.padding, region or WHOLE)
        mean = weighted(x, share)[..., None, None]
        return mean if isinstance(self.fibre, Trivial) else self._move_fibres(g, mean)

    def sources(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        """g^-1 u for each cell u of a field (... h w), as (row, column), g: (*batch) -> (*batch h w 2)."""
        return source_points(self.on_grid(affine(~g)), shape[-2], shape[-1])

    def keeps_grid(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        points = self.sources(g, shape)
        on_pixels = (points - points.round()).abs().amax(dim=(-3, -2, -1)) < ON_PIXEL
        return on_pixels & (within(points, shape).all(dim=(-2, -1)) | (self.padding == "circular"))

    def seen(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        """At which cells u of a field (... h w) g^-1 u is on the grid, (*batch h w); all if it has no border."""
        if self.padding != "circular":
            return within(self.sources(g, shape), shape)
        return torch.ones(*g.shape, *shape[-2:], dtype=torch.bool, device=g.device)

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        """Waves of random phase and orientation on a square grid of a side, or on the torus, (n c h w)."""
        torus = torus_of(self.group)
        h, w = (torus.h // self.stride, torus.w // self.stride) if torus else 2 * (size or SIDE,)
        return waves(n, self.fibre.dim, h, w, generator)

    def check(self, g: Element, x: Tensor) -> None:
        super().check(g, x)
        if x.shape[-3] != self.fibre.dim:
            raise ValueError(f"{self.fibre} needs fields (*batch {self.fibre.dim} h w), got {tuple(x.shape)}")
        h, w = x.shape[-2] * self.stride, x.shape[-1] * self.stride
        torus = torus_of(self.group)
        if torus and (h, w) != (torus.h, torus.w):
            raise ValueError(f"{torus} shifts a {torus.h} x {torus.w} grid, got a field on {h} x {w}")
        if h != w and self.exact and not keeps_axes(self.group):
            raise ValueError(f"{self.group} turns square grids, got a field of shape {tuple(x.shape)}")

    def _read(self, g: Element, x: Tensor, window: Window) -> Tensor:
        moved = self._move_points(g, x, window)
        return moved if isinstance(self.fibre, Trivial) else self._move_fibres(g, moved)

    def _move_points(self, g: Element, x: Tensor, window: Window) -> Tensor:
        inverse = self._inverse(g, x)
        if self.exact:
            return gather(x, source_points(inverse, x.shape[-2], x.shape[-1], window), self.padding)
        return warp(x, inverse, self.padding, window)

    def _inverse(self, g: Element, x: Tensor) -> Tensor:
        precision = x.dtype if x.dtype == torch.float64 else torch.float32
        return self.on_grid(affine(~g, precision))

    def on_grid(self, motion: Tensor) -> Tensor:
        """A motion of the plane by pixels as one by cells of the grid, (*batch 3 3)."""
        if self.stride == 1:
            return motion
        turn, shift = from_homogeneous(motion).split([4, 2], dim=-1)
        return homogeneous(torch.cat([turn, shift / self.stride], dim=-1))

    def _move_fibres(self, g: Element, x: Tensor) -> Tensor:
        return self.fibre.on_channels(g if self.fibre.group == self.group else point(g), x)


def image_action(group: Group, channels: int = 1, padding: Padding | None = None) -> FieldAction:
    """A group moving images (*batch c h w) by moving the plane; channels stay as they are.

    Beyond the border lies the other side of a torus, and zero elsewhere, unless `padding` says otherwise.

    >>> from groups import Cyclic
    >>> x = torch.arange(4.0).reshape(1, 2, 2)
    >>> image_action(Cyclic(4))(Cyclic(4).element([1]), x).tolist()
    [[[1.0, 3.0], [0.0, 2.0]]]
    """
    own: Padding = "circular" if torus_of(group) else "zeros"
    return FieldAction(group, Trivial(group, channels), padding=padding or own)
