"""Actions of ours as field types of escnn."""

from __future__ import annotations

from functools import lru_cache, singledispatch
from typing import Any

import numpy as np

from groups._escnn import enn, escnn, gspaces
from groups.field import FieldAction
from groups.finite import Cyclic, Dihedral
from groups.group import Group
from groups.interop.space import to_volume_type
from groups.irreps import Irrep
from groups.lattice import point_group
from groups.planar import SO2
from groups.representation import Regular, Representation, Trivial
from groups.standard import Standard
from groups.sums import ChangeOfBasis, DirectSum, Tensor
from groups.volume import VolumeAction


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


def to_escnn(action: FieldAction | VolumeAction) -> Any:
    """The escnn FieldType of a field, channel by channel the same; stride and padding have no counterpart there.

    Raises:
        TypeError: the fibre has no counterpart in escnn, such as one that represents shifts.
    """
    if isinstance(action, VolumeAction):
        return to_volume_type(action)
    if action.fibre.group != point_group(action.group) and not isinstance(action.fibre, Trivial):
        raise TypeError(
            f"{action.fibre} has no counterpart in escnn: it represents more than {point_group(action.group)}"
        )
    space = gspace(action.group)
    return enn.FieldType(space, _fields(action.fibre, space))


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
