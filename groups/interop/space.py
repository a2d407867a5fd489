"""Field types of escnn on space as actions of ours on voxels, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch

from groups._escnn import enn, escnn, gspaces
from groups.element import Element
from groups.octahedral import Octahedral, cube_element
from groups.representation import Regular, Representation, Trivial, direct_sum
from groups.standard import Standard
from groups.sums import ChangeOfBasis, DirectSum
from groups.volume import VolumeAction

IN_OUR_ORDER = "regular in our order"


@lru_cache(maxsize=2)
def volume_space(group: Octahedral) -> Any:
    """Space under the motions of the cube, as an escnn GSpace."""
    return gspaces.fullOctaOnR3() if group.reflections else gspaces.octaOnR3()


@lru_cache(maxsize=2)
def regular_of(group: Octahedral) -> Any:
    """The regular representation of escnn with its points in our order: escnn lists the elements in another."""
    space = volume_space(group)
    ours = group.index(from_volume_elements(group, space.fibergroup.elements))
    reorder = np.eye(group.order)[:, ours.argsort().numpy()].T
    regular = space.regular_repr
    return escnn.group.change_basis(regular, reorder, IN_OUR_ORDER, list(regular.supported_nonlinearities))


def to_volume_type(action: VolumeAction) -> Any:
    """The escnn FieldType of a field on voxels, channel by channel the same; the stride has no counterpart there.

    Raises:
        TypeError: the fibre has no counterpart here.
    """
    space = volume_space(action.group)
    terms = action.fibre.terms if isinstance(action.fibre, DirectSum) else (action.fibre,)
    return enn.FieldType(space, [field for rho in terms for field in _fields(rho, space)])


def from_volume_type(field_type: Any) -> VolumeAction:
    """The action on voxels of an escnn FieldType in space, channel by channel the same.

    Raises:
        TypeError: the space is moved by another group than the cube's, or a field has no counterpart here.
    """
    group = _group(field_type.gspace)
    fields = field_type.representations
    if all(rho.is_trivial() for rho in fields):
        return VolumeAction(group, Trivial(group, field_type.size))
    return VolumeAction(group, direct_sum(*[_representation(group, rho) for rho in fields]))


def from_volume_elements(group: Octahedral, elements: list[Any]) -> Element:
    """The elements of ours that escnn's GroupElements are, batch shape (n)."""
    space = volume_space(group)
    return cube_element(torch.stack([torch.as_tensor(space.basespace_action(e)) for e in elements]), group)


def _group(space: Any) -> Octahedral:
    for group in (Octahedral(), Octahedral(reflections=True)):
        if space == volume_space(group):
            return group
    raise TypeError(f"expected a field on the plane, or on space moved as by octaOnR3(), got one on {space}")


def _fields(rho: Representation, space: Any) -> list[Any]:
    match rho:
        case Trivial():
            return rho.size * [space.trivial_repr]
        case Regular():
            return [regular_of(rho.group)]
        case Standard():
            return [space.basespace_action]
    raise TypeError(f"{rho} has no counterpart in escnn")


def _representation(group: Octahedral, rho: Any) -> Representation:
    if rho.is_trivial():
        return Trivial(group)
    if rho == volume_space(group).basespace_action:
        return Standard(group)
    if rho == regular_of(group):
        return Regular(group)
    if rho == volume_space(group).regular_repr:
        order = from_volume_elements(group, rho.group.elements)
        return ChangeOfBasis(Regular(group), tuple(map(tuple, np.eye(group.order)[group.index(order)].tolist())))
    raise TypeError(f"fields of {group} are trivial, regular or of its matrices here, got {rho}")
