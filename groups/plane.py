"""How groups move the plane: matrices of motion, point groups, and which motions keep the pixel lattice.

Coordinates are pixels from the centre of the grid, x to the right and y up; angles turn counter-clockwise.
"""

from __future__ import annotations

import math
from functools import lru_cache, singledispatch

import torch
from torch import Tensor

from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import Group
from groups.matrix import matmul
from groups.planar import O2, SE2, SO2, Affine2, Similarity2, Translation, from_homogeneous, homogeneous
from groups.products import SemidirectProduct

POINT_GROUPS = (Cyclic, Dihedral, SO2, O2)


def rotation(angle: Tensor) -> Tensor:
    """[[cos a, -sin a], [sin a, cos a]], (*batch) -> (*batch 2 2)."""
    c, s = angle.cos(), angle.sin()
    return torch.stack([c, -s, s, c], dim=-1).unflatten(-1, (2, 2))


def linear(g: Element, dtype: torch.dtype) -> Tensor:
    """How an element of C_n, D_n, SO(2) or O(2) moves directions, (*batch 2 2); the reflection sends x to -x.

    Raises:
        TypeError: the group is none of these.
    """
    if not isinstance(g.group, POINT_GROUPS):
        raise TypeError(f"{g.group} does not turn the plane about a point")
    unit = 2 * math.pi / g.group.n if isinstance(g.group, Cyclic | Dihedral) else 1.0
    turn = rotation(unit * g.params[..., -1].to(dtype))
    if g.group.param_dim == 1:
        return turn
    sign = 1 - 2 * g.params[..., :1].to(dtype)
    return torch.stack([turn[..., 0] * sign, turn[..., 1]], dim=-1)


@singledispatch
def _affine(group: Group, g: Element, dtype: torch.dtype) -> Tensor:
    raise TypeError(f"{group} has no motion of the plane; give one with a Homomorphism to Affine2")


def affine(g: Element, dtype: torch.dtype = torch.float64) -> Tensor:
    """The motion of the plane by g as a homogeneous matrix, (*batch 3 3), shifts in pixels.

    Raises:
        TypeError: the group does not move the plane.
    """
    return _affine(g.group, g, dtype)


@_affine.register(Cyclic)
@_affine.register(Dihedral)
@_affine.register(SO2)
@_affine.register(O2)
def _(group: Group, g: Element, dtype: torch.dtype) -> Tensor:
    return _motion(linear(g, dtype), torch.zeros(2, dtype=dtype, device=g.device))


@_affine.register(Torus)
@_affine.register(Translation)
def _(group: Torus | Translation, g: Element, dtype: torch.dtype) -> Tensor:
    if group.param_dim != 2:
        raise TypeError(f"{group} does not shift the plane")
    return _motion(torch.eye(2, dtype=dtype, device=g.device), _shift(g, dtype))


@_affine.register(Similarity2)
@_affine.register(SE2)
def _(group: Similarity2, g: Element, dtype: torch.dtype) -> Tensor:
    w, t = group._complex(g.params.to(dtype))
    return _motion(w.real.exp()[..., None, None] * rotation(w.imag), torch.view_as_real(t))


@_affine.register
def _(group: Affine2, g: Element, dtype: torch.dtype) -> Tensor:
    return homogeneous(g.params.to(dtype))


@_affine.register
def _(group: SemidirectProduct, g: Element, dtype: torch.dtype) -> Tensor:
    shift, turn = group.split(g)
    return matmul(affine(shift, dtype), affine(turn, dtype))


@lru_cache(maxsize=64)
def plane(group: Group):
    """The homomorphism by which a group moves the plane, G -> Affine2."""
    from groups.homomorphism import Homomorphism

    affine(group.identity())
    target = Affine2()
    return Homomorphism(group, target, lambda g: Element(target, from_homogeneous(affine(g, _own_dtype(g)))))


def point_group(group: Group) -> Group:
    """The quotient of a group of motions by its shifts: what can act on fibres.

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
    if isinstance(g.group, Torus | Translation):
        return Cyclic(1).identity(*g.shape, device=g.device)
    raise TypeError(f"{g.group} has no point group here")


def keeps_lattice(group: Group) -> bool:
    """Whether every element moves pixels onto pixels of a square grid."""
    if isinstance(group, Cyclic | Dihedral):
        return group.n in (1, 2, 4)
    if isinstance(group, SemidirectProduct):
        return keeps_lattice(group.first) and keeps_lattice(group.second)
    return isinstance(group, Torus)


def torus_of(group: Group) -> Torus | None:
    """The torus whose shifts a group contains, if any."""
    shifts = group.first if isinstance(group, SemidirectProduct) else group
    return shifts if isinstance(shifts, Torus) else None


def keeps_axes(group: Group) -> bool:
    """Whether every element maps rows to rows, so that the sides of the grid may differ."""
    turns = point_group(group)
    return isinstance(turns, Cyclic | Dihedral) and turns.n <= 2


def has_shifts(group: Group) -> bool:
    """Whether the group moves the centre of the grid."""
    return not isinstance(group, POINT_GROUPS)


def turn_shift(h: Element, n: Element) -> Element:
    """The shift h n h^-1: a shift turned and mirrored as h moves the plane."""
    turned = matmul(linear(point(h), _own_dtype(n)), _shift(n, _own_dtype(n))[..., None])[..., 0]
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


def _shift(g: Element, dtype: torch.dtype) -> Tensor:
    if isinstance(g.group, Torus):
        rows, columns = g.params.to(dtype).unbind(-1)
        return torch.stack([columns, -rows], dim=-1)
    return g.params.to(dtype)


def _motion(linear_part: Tensor, shift: Tensor) -> Tensor:
    batch = torch.broadcast_shapes(linear_part.shape[:-2], shift.shape[:-1])
    p = torch.cat([linear_part.flatten(-2).expand(*batch, 4), shift.expand(*batch, 2)], dim=-1)
    return homogeneous(p)


def _own_dtype(g: Element) -> torch.dtype:
    return g.params.dtype if g.params.is_floating_point() else torch.get_default_dtype()
