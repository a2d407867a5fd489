"""Field types and elements of escnn as actions and elements of ours."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch

from groups._escnn import gspaces
from groups.element import Element
from groups.field import FieldAction
from groups.finite import Cyclic, Dihedral
from groups.group import Group
from groups.interop.space import from_volume_elements, from_volume_type
from groups.irreps import Irrep
from groups.octahedral import Octahedral
from groups.planar import O2, SO2
from groups.plane import linear
from groups.representation import Regular, Representation, Trivial, direct_sum
from groups.sums import ChangeOfBasis
from groups.volume import VolumeAction


def from_escnn(field_type: Any) -> FieldAction | VolumeAction:
    """The action on feature maps of an escnn FieldType on the plane or on voxels, channel by channel the same.

    >>> from escnn import gspaces, nn
    >>> space = gspaces.rot2dOnR2(4)
    >>> from_escnn(nn.FieldType(space, 2 * [space.regular_repr])).fibre
    DirectSum(terms=(Regular(group=Cyclic(n=4)), Regular(group=Cyclic(n=4))))

    Raises:
        TypeError: the field lives on another space than the plane, or than one that the cube's motions move.
        ValueError: reflections are about another axis than the vertical one.
    """
    if isinstance(field_type.gspace, gspaces.GSpace3D):
        return from_volume_type(field_type)
    group = _group(field_type.gspace)
    fields = field_type.representations
    if all(rho.is_trivial() for rho in fields):
        return FieldAction(group, Trivial(group, field_type.size))
    return FieldAction(group, direct_sum(*[_representation(group, rho) for rho in fields]))


def from_escnn_element(group: Group, element: Any) -> Element:
    """The element of C_n, D_n, SO(2), O(2) or the cube's motions that an escnn GroupElement is, batch shape ()."""
    if isinstance(group, Octahedral):
        return from_volume_elements(group, [element])[0]
    params = np.atleast_1d(element.value).tolist()
    only_flips = [0] if group == Dihedral(1) else []
    return group.element(params + only_flips, dtype=torch.float64 if group.order is None else torch.int64)


@lru_cache(maxsize=64)
def _group(space: Any) -> Group:
    if not isinstance(space, gspaces.GSpace2D):
        raise TypeError(f"expected a field on the plane, such as one of rot2dOnR2(4), got one on {space}")
    n = space.rotations_order
    lie, finite = (O2(), Dihedral) if space.flips_order else (SO2(), Cyclic)
    group = lie if n == -1 else finite(n)
    _check_motion(group, space)
    return group


def _check_motion(group: Group, space: Any) -> None:
    for element in space.testing_elements:
        ours = linear(from_escnn_element(group, element), torch.float64)
        if not np.allclose(space.basespace_action(element), ours):
            raise ValueError(f"{group} reflects about the vertical axis, axis=pi/2 in escnn, got {space}")


def _representation(group: Group, rho: Any) -> Representation:
    if rho.is_trivial():
        return Trivial(group)
    if group.order is not None and rho == rho.group.regular_representation:
        return Regular(group)
    irreps = direct_sum(*[Irrep(group, *_our_frequency(group, name)) for name in rho.irreps])
    if np.array_equal(rho.change_of_basis, np.eye(rho.size)):
        first, *others = irreps.terms
        return irreps if others else first
    return ChangeOfBasis(irreps, tuple(map(tuple, rho.change_of_basis.tolist())))


def _our_frequency(group: Group, name: tuple[int, ...]) -> tuple[int, ...]:
    return (*name, 0) if group == Dihedral(1) else name
