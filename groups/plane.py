"""How groups move the plane: matrices of motion.

Coordinates are pixels from the centre of the grid, x to the right and y up; angles turn counter-clockwise.
"""

from __future__ import annotations

import math
from functools import lru_cache, singledispatch

import torch
from torch import Tensor

from groups.affine import Affine2, from_homogeneous, homogeneous
from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import Group
from groups.homomorphism import Homomorphism
from groups.matrix import matmul
from groups.planar import O2, SO2, Translation
from groups.products import DirectProduct, SemidirectProduct
from groups.scale import Scale
from groups.similarity import SE2, Similarity2

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
    return _motion(torch.eye(2, dtype=dtype, device=g.device), shift(g, dtype))


@_affine.register(Similarity2)
@_affine.register(SE2)
def _(group: Similarity2, g: Element, dtype: torch.dtype) -> Tensor:
    w, t = group._complex(g.params.to(dtype))
    return _motion(w.real.exp()[..., None, None] * rotation(w.imag), torch.view_as_real(t))


@_affine.register
def _(group: Scale, g: Element, dtype: torch.dtype) -> Tensor:
    zoom = g.params.to(dtype).exp()[..., None] * torch.eye(2, dtype=dtype, device=g.device)
    return _motion(zoom, torch.zeros(2, dtype=dtype, device=g.device))


@_affine.register
def _(group: DirectProduct, g: Element, dtype: torch.dtype) -> Tensor:
    if not (isinstance(group.first, POINT_GROUPS) and isinstance(group.second, Scale)):
        raise TypeError(f"{group} has no motion of the plane here: expected turns and zooms, such as C_n x Scale()")
    turn, zoom = group.split(g)
    return matmul(affine(turn, dtype), affine(zoom, dtype))


@_affine.register
def _(group: Affine2, g: Element, dtype: torch.dtype) -> Tensor:
    return homogeneous(g.params.to(dtype))


@_affine.register
def _(group: SemidirectProduct, g: Element, dtype: torch.dtype) -> Tensor:
    if group.automorphism is not None:
        raise TypeError(f"{group} has an automorphism of its own: give its motion with a Homomorphism to Affine2")
    first, second = group.split(g)
    return matmul(affine(first, dtype), affine(second, dtype))


@lru_cache(maxsize=64)
def plane(group: Group) -> Homomorphism:
    """The homomorphism by which a group moves the plane, G -> Affine2."""
    affine(group.identity())
    target = Affine2()
    return Homomorphism(group, target, lambda g: Element(target, from_homogeneous(affine(g, g.float_dtype))))


def torus_of(group: Group) -> Torus | None:
    """The torus whose shifts a group contains, if any."""
    shifts = group.first if isinstance(group, SemidirectProduct) else group
    return shifts if isinstance(shifts, Torus) else None


def shift(g: Element, dtype: torch.dtype) -> Tensor:
    """A shift in pixels, x to the right and y up, (*batch 2)."""
    if isinstance(g.group, Torus):
        rows, columns = g.params.to(dtype).unbind(-1)
        return torch.stack([columns, -rows], dim=-1)
    return g.params.to(dtype)


def _motion(linear_part: Tensor, offset: Tensor) -> Tensor:
    batch = torch.broadcast_shapes(linear_part.shape[:-2], offset.shape[:-1])
    p = torch.cat([linear_part.flatten(-2).expand(*batch, 4), offset.expand(*batch, 2)], dim=-1)
    return homogeneous(p)
