"""Field types of escnn and irreps of e3nn as actions and representations of ours, and back."""

from __future__ import annotations

from functools import lru_cache, singledispatch
from typing import Any

import numpy as np
import torch

from groups._escnn import enn, escnn, gspaces
from groups.element import Element
from groups.field import FieldAction
from groups.finite import Cyclic, Dihedral
from groups.group import Group
from groups.irreps import Irrep, Standard
from groups.planar import O2, SO2
from groups.plane import linear, point_group
from groups.representation import Regular, Representation, Trivial, direct_sum
from groups.spatial import SO3
from groups.sums import ChangeOfBasis, DirectSum, Tensor


@lru_cache(maxsize=64)
def gspace(group: Group) -> Any:
    """The plane under the point group of a group of motions, as an escnn GSpace.

    >>> from groups import SE2
    >>> gspace(SE2()).fibergroup
    SO(2)

    Raises:
        TypeError: the group has none of C_n, D_n, SO(2), O(2) as its point group.
    """
    turns = point_group(group)
    n = turns.n if isinstance(turns, Cyclic | Dihedral) else -1
    return gspaces.rot2dOnR2(n) if isinstance(turns, Cyclic | SO2) else gspaces.flipRot2dOnR2(n)


def from_escnn(field_type: Any) -> FieldAction:
    """The action on feature maps of an escnn FieldType on the plane, channel by channel the same.

    >>> space = gspaces.rot2dOnR2(4)
    >>> from_escnn(enn.FieldType(space, 2 * [space.regular_repr])).fibre
    DirectSum(terms=(Regular(group=Cyclic(n=4)), Regular(group=Cyclic(n=4))))

    Raises:
        TypeError: the field lives on another space than the plane.
        ValueError: reflections are about another axis than the vertical one.
    """
    group = _group(field_type.gspace)
    fields = field_type.representations
    if all(rho.is_trivial() for rho in fields):
        return FieldAction(group, Trivial(group, field_type.size))
    return FieldAction(group, direct_sum(*[_representation(group, rho) for rho in fields]))


def to_escnn(action: FieldAction) -> Any:
    """The escnn FieldType of a field, channel by channel the same; stride and padding have no counterpart there.

    Raises:
        TypeError: the fibre has no counterpart in escnn, such as one that represents shifts.
    """
    if action.fibre.group != point_group(action.group) and not isinstance(action.fibre, Trivial):
        raise TypeError(
            f"{action.fibre} has no counterpart in escnn: it represents more than {point_group(action.group)}"
        )
    space = gspace(action.group)
    return enn.FieldType(space, _fields(action.fibre, space))


def from_e3nn(irreps: Any) -> Representation:
    """The direct sum of irreps of SO(3) named as in e3nn; parity says nothing about rotations, so it is dropped.

    >>> from_e3nn("2x0e + 1o").dim
    5
    """
    from e3nn import o3

    terms = [Irrep(SO3(), term.ir.l) for term in o3.Irreps(irreps) for _ in range(term.mul)]
    return direct_sum(*terms)


def to_e3nn(representation: Representation) -> Any:
    """The e3nn Irreps of a sum of irreps of SO(3), with even parity.

    Raises:
        TypeError: a term is not an irrep of SO(3).
    """
    from e3nn import o3

    return o3.Irreps([(1, (_degree(rho), 1)) for rho in direct_sum(representation).terms])


def _degree(rho: Representation) -> int:
    if isinstance(rho, Irrep) and isinstance(rho.group, SO3):
        return rho.frequency[0]
    raise TypeError(f"e3nn names sums of irreps of SO3(), got {rho}")


def from_escnn_element(group: Group, element: Any) -> Element:
    """The element of C_n, D_n, SO(2) or O(2) that an escnn GroupElement is, batch shape ()."""
    params = np.atleast_1d(element.value).tolist()
    only_flips = [0] if group == Dihedral(1) else []
    return group.element(params + only_flips, dtype=torch.float64 if group.order is None else torch.int64)


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


@singledispatch
def _fields(rho: Representation, space: Any) -> list[Any]:
    raise TypeError(f"{rho} has no counterpart in escnn")


@_fields.register
def _(rho: Trivial, space: Any) -> list[Any]:
    return rho.size * [space.trivial_repr]


@_fields.register
def _(rho: Regular, space: Any) -> list[Any]:
    return [space.regular_repr]


@_fields.register
def _(rho: Irrep, space: Any) -> list[Any]:
    return [space.irrep(*(rho.frequency[:1] if rho.group == Dihedral(1) else rho.frequency))]


@_fields.register
def _(rho: Standard, space: Any) -> list[Any]:
    return [space.basespace_action]


@_fields.register
def _(rho: DirectSum, space: Any) -> list[Any]:
    return [field for term in rho.terms for field in _fields(term, space)]


@_fields.register
def _(rho: Tensor, space: Any) -> list[Any]:
    return [_one_field(rho.left, space).tensor(_one_field(rho.right, space))]


@_fields.register
def _(rho: ChangeOfBasis, space: Any) -> list[Any]:
    inner = _one_field(rho.inner, space)
    return [escnn.group.change_basis(inner, np.array(rho.basis), f"changed {inner.name}")]


def _one_field(rho: Representation, space: Any) -> Any:
    fields = _fields(rho, space)
    return fields[0] if len(fields) == 1 else escnn.group.directsum(fields)
