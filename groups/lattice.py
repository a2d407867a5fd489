"""Point groups, and which groups keep the lattice of pixels."""

from __future__ import annotations

import torch

from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import Group
from groups.matrix import matmul
from groups.planar import SO2, Translation
from groups.plane import POINT_GROUPS, linear, shift
from groups.products import DirectProduct, SemidirectProduct
from groups.scale import Scale
from groups.similarity import Similarity2


def point_group(group: Group) -> Group:
    """The quotient of a group of motions by its shifts and zooms: what can act on fibres.

    Raises:
        TypeError: the group has none of C_n, D_n, SO(2), O(2) as its quotient.
    """
    return point(group.identity()).group


def point(g: Element) -> Element:
    """The image of g in the point group."""
    if isinstance(g.group, POINT_GROUPS):
        return g
    if isinstance(g.group, SemidirectProduct):
        return point(g.group.split(g)[1])
    if isinstance(g.group, Similarity2):
        return Element(SO2(), g.params[..., :1])
    if isinstance(g.group, DirectProduct) and isinstance(g.group.second, Scale):
        return point(g.group.split(g)[0])
    if isinstance(g.group, Torus | Translation | Scale):
        return Cyclic(1).identity(*g.shape, device=g.device)
    raise TypeError(f"{g.group} has no point group here")


def keeps_lattice(group: Group) -> bool:
    """Whether every element moves pixels onto pixels of a square grid."""
    if isinstance(group, Cyclic | Dihedral):
        return group.n in (1, 2, 4)
    if isinstance(group, SemidirectProduct):
        return keeps_lattice(group.first) and keeps_lattice(group.second)
    return isinstance(group, Torus)


def keeps_axes(group: Group) -> bool:
    """Whether every element maps rows to rows, so that the sides of the grid may differ."""
    turns = point_group(group)
    return isinstance(turns, Cyclic | Dihedral) and turns.n <= 2


def has_shifts(group: Group) -> bool:
    """Whether the group moves the centre of the grid."""
    zooms = isinstance(group, DirectProduct) and isinstance(group.second, Scale)
    return not (zooms or isinstance(group, (*POINT_GROUPS, Scale)))


def turn_shift(h: Element, n: Element) -> Element:
    """The shift h n h^-1: a shift turned and mirrored as h moves the plane."""
    turned = matmul(linear(point(h), n.float_dtype), shift(n, n.float_dtype)[..., None])[..., 0]
    if isinstance(n.group, Torus):
        rows_columns = torch.stack([-turned[..., 1], turned[..., 0]], dim=-1).round().to(n.params.dtype)
        return Element(n.group, torch.remainder(rows_columns, n.group._sides(rows_columns)))
    return Element(n.group, turned)


def require_turns_shifts(turns: Group, shifts: Group) -> None:
    """Check that turn_shift is an automorphism of the shifts."""
    plane_shifts = shifts == Translation(2) or isinstance(shifts, Torus)
    if not (plane_shifts and isinstance(turns, POINT_GROUPS)):
        raise TypeError(f"{turns} does not turn {shifts}: give the automorphism (h, n) -> h n h^-1")
    if isinstance(shifts, Torus) and not (keeps_lattice(turns) and (shifts.h == shifts.w or keeps_axes(turns))):
        raise TypeError(f"{turns} does not map the grid of {shifts} to itself")
