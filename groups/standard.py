"""The representation by which a group is defined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import torch
from torch import Tensor

from groups.affine import Affine2
from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import Group
from groups.line import Affine1, line
from groups.octahedral import Octahedral, cube_matrix
from groups.planar import O2, SO2, Translation
from groups.plane import affine, linear, rotation
from groups.products import DirectProduct, SemidirectProduct
from groups.representation import Representation
from groups.rigid import SE3
from groups.scale import Scale
from groups.similarity import SE2, Similarity2
from groups.spatial import O3, SO3, rotation_matrix
from groups.sums import block_diagonal


@dataclass(frozen=True)
class Standard(Representation):
    """The matrices a group is defined by: 2 x 2 on the plane, 3 x 3 for SO(3) and O(3), homogeneous for motions.

    A torus turns one plane per axis, the cube's motions permute the axes, and a direct product acts on the sum of its
    factors' spaces.

    Raises:
        TypeError: the group has no defining matrices here.
    """

    group: Any
    """The group that acts."""

    def __post_init__(self) -> None:
        self.matrix(self.group.identity())

    @property
    def dim(self) -> int:
        return self.matrix(self.group.identity()).shape[-1]

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return _standard(g.group, g, dtype)


@singledispatch
def _standard(group: Group, g: Element, dtype: torch.dtype) -> Tensor:
    raise TypeError(f"{group} has no standard representation here")


@_standard.register(Cyclic)
@_standard.register(Dihedral)
@_standard.register(SO2)
@_standard.register(O2)
def _(group: Group, g: Element, dtype: torch.dtype) -> Tensor:
    return linear(g, dtype)


@_standard.register(Scale)
@_standard.register(SE2)
@_standard.register(Similarity2)
@_standard.register(Affine2)
@_standard.register(SemidirectProduct)
def _(group: Group, g: Element, dtype: torch.dtype) -> Tensor:
    if isinstance(group, SemidirectProduct) and isinstance(group.first, Torus):
        raise TypeError(f"{group} wraps around: it has no matrices of motion, use Regular")
    return affine(g, dtype)


@_standard.register
def _(group: Translation, g: Element, dtype: torch.dtype) -> Tensor:
    eye = torch.eye(group.d + 1, dtype=dtype, device=g.device).expand(*g.shape, -1, -1)
    shift = torch.nn.functional.pad(g.params.to(dtype), (0, 1), value=1.0)
    return torch.cat([eye[..., :-1], shift[..., None]], dim=-1)


@_standard.register
def _(group: Torus, g: Element, dtype: torch.dtype) -> Tensor:
    turns = g.params.to(dtype) / torch.tensor([group.h, group.w], dtype=dtype, device=g.device)
    return block_diagonal(list(rotation(2 * math.pi * turns).unbind(-3)))


@_standard.register
def _(group: Affine1, g: Element, dtype: torch.dtype) -> Tensor:
    scale, shift = line(g, dtype)
    zero, one = torch.zeros_like(scale), torch.ones_like(scale)
    return torch.stack([scale, shift, zero, one], dim=-1).unflatten(-1, (2, 2))


@_standard.register
def _(group: SO3, g: Element, dtype: torch.dtype) -> Tensor:
    return rotation_matrix(g.params.to(dtype))


@_standard.register
def _(group: O3, g: Element, dtype: torch.dtype) -> Tensor:
    inverted, turn = g.params.to(dtype).split([1, 4], dim=-1)
    return (1 - 2 * inverted[..., None]) * rotation_matrix(turn)


@_standard.register
def _(group: SE3, g: Element, dtype: torch.dtype) -> Tensor:
    turn, shift = g.params.to(dtype).split([4, 3], dim=-1)
    homogeneous = torch.nn.functional.pad(rotation_matrix(turn), (0, 0, 0, 1))
    return torch.cat([homogeneous, torch.nn.functional.pad(shift, (0, 1), value=1.0)[..., None]], dim=-1)


@_standard.register
def _(group: Octahedral, g: Element, dtype: torch.dtype) -> Tensor:
    return cube_matrix(g, dtype)


@_standard.register
def _(group: DirectProduct, g: Element, dtype: torch.dtype) -> Tensor:
    return block_diagonal([_standard(factor.group, factor, dtype) for factor in group.split(g)])
