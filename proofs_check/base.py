"""A feature field as a function on a group: its base points are elements, (shift from the centre, turn)."""

from __future__ import annotations

import torch
from einops import rearrange
from torch import Tensor

from groups import Action, Cyclic, Element, FiniteGroup, Group, SemidirectProduct, Torus, point_group
from groups.lattice import point


def base(action: Action, side: int) -> SemidirectProduct:
    """The group that a side x side field of regular fibres is a function on: shifts of the grid and turns, side odd."""
    return SemidirectProduct(Torus(side, side), point_group(action.group))


def embed(g: Element, points: SemidirectProduct) -> Element:
    """A motion as an element of the base: turns about the centre shift nothing, shifts turn nothing."""
    group: Group = g.group
    shifts = points.first
    if isinstance(group, SemidirectProduct):
        return points.pair(*g.group.split(g))  # type: ignore[attr-defined]
    if isinstance(group, Torus):
        return points.pair(g, Cyclic(1).identity(*g.shape))
    return points.pair(shifts.identity(*g.shape), point(g))


def window(points: SemidirectProduct, size: int, fibre: int | None = None) -> Element:
    """The base points B of a window about the centre, in the order of its channels and cells, (fibre size size)."""
    turns: FiniteGroup = points.second  # type: ignore[assignment]
    offsets = torch.arange(size) - size // 2
    cells = torch.cartesian_prod(offsets, offsets).reshape(size, size, 2)
    shifts = points.first.element(cells.remainder(_side(points)))
    return points.pair(shifts, turns.elements()[:fibre, None, None])


def read(z: Tensor, u: Element) -> Tensor:
    """z(u), the values of a field at base points: (b (c g) h w), (*points) -> (b c *points)."""
    points: SemidirectProduct = u.group  # type: ignore[assignment]
    shift, turn = points.split(u)
    centre, turns = _side(points) // 2, points.second
    row, column = (shift.params + centre).remainder(_side(points)).unbind(-1)
    fibres = rearrange(z, "b (c g) h w -> b c g h w", g=turns.order)
    return fibres[:, :, turns.index(turn), row, column]  # type: ignore[attr-defined]


def _side(points: SemidirectProduct) -> int:
    return points.first.h  # type: ignore[attr-defined]
