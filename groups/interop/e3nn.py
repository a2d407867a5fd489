"""Irreps of e3nn as representations of ours, and back; e3nn is imported when it is needed."""

from __future__ import annotations

from typing import Any

from groups.irreps import Irrep
from groups.representation import Representation, direct_sum
from groups.spatial import SO3


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
