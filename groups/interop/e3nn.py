"""Irreps of e3nn as representations of ours, and back; e3nn is imported when it is needed."""

from __future__ import annotations

from typing import Any

from groups.irreps import Irrep
from groups.representation import Representation, direct_sum
from groups.spatial import O3, SO3


def from_e3nn(irreps: Any, group: SO3 | O3 = SO3()) -> Representation:
    """The direct sum of irreps named as in e3nn, of SO(3) or O(3); parity says nothing about rotations: SO(3) drops it.

    >>> from_e3nn("2x0e + 1o").dim
    5

    Raises:
        TypeError: they are to be irreps of another group.
    """
    from e3nn import o3

    name = _NAMES.get(type(group))
    if name is None:
        raise TypeError(f"e3nn names irreps of SO3() and O3(), got {group}")
    terms = [Irrep(group, *name(term.ir.l, term.ir.p)) for term in o3.Irreps(irreps) for _ in range(term.mul)]
    return direct_sum(*terms)


def to_e3nn(representation: Representation) -> Any:
    """The e3nn Irreps of a sum of irreps of O(3), or of SO(3), then with even parity.

    Raises:
        TypeError: a term is no irrep of either.
    """
    from e3nn import o3

    return o3.Irreps([(1, _degree_and_parity(rho)) for rho in direct_sum(representation).terms])


_NAMES = {SO3: lambda l, p: (l,), O3: lambda l, p: ((1 - p) // 2, l)}


def _degree_and_parity(rho: Representation) -> tuple[int, int]:
    match rho:
        case Irrep(group=SO3(), frequency=(l,)):
            return l, 1
        case Irrep(group=O3(), frequency=(j, l)):
            return l, 1 - 2 * j
    raise TypeError(f"e3nn names sums of irreps of SO3() or O3(), got {rho}")
