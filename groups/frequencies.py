"""The names of irreducible representations over the reals."""

from __future__ import annotations

from groups.finite import Cyclic, Dihedral, Torus
from groups.group import Group
from groups.planar import O2, SO2
from groups.spatial import O3, SO3


def frequencies(group: Group, highest: int) -> list[tuple[int, ...]]:
    """The names of the irreps of a group, up to a highest frequency where there are infinitely many."""
    if isinstance(group, Cyclic):
        return [(k,) for k in range(group.n // 2 + 1)]
    if isinstance(group, Dihedral):
        return _dihedral_frequencies(group.n)
    if isinstance(group, Torus):
        return [pair for pair in map(tuple, group.elements().params.tolist()) if pair <= _conjugate(group, pair)]
    if isinstance(group, O2):
        return [(0, 0), (1, 0), *[(1, k) for k in range(1, highest + 1)]]
    if isinstance(group, O3):
        return [(j, k) for k in range(highest + 1) for j in (0, 1)]
    if isinstance(group, SO2 | SO3):
        return [(k,) for k in range(highest + 1)]
    raise TypeError(f"irreps are known for Cyclic, Dihedral, Torus, SO2, O2, SO3 and O3, got {group}")


def _dihedral_frequencies(n: int) -> list[tuple[int, ...]]:
    ends = [0, n // 2] if n % 2 == 0 else [0]
    return [*[(j, k) for k in ends for j in (0, 1)], *[(1, k) for k in range(1, (n + 1) // 2)]]


def _conjugate(group: Torus, frequency: tuple[int, ...]) -> tuple[int, ...]:
    return (-frequency[0] % group.h, -frequency[1] % group.w)


def dimension(group: Group, frequency: tuple[int, ...]) -> int:
    """The dimension of the irrep of a frequency."""
    k = frequency[-1]
    if isinstance(group, SO3 | O3):
        return 2 * k + 1
    if isinstance(group, Torus):
        return 1 if _conjugate(group, frequency) == frequency else 2
    half = isinstance(group, Cyclic | Dihedral) and 2 * k == group.n
    return 1 if k == 0 or half else 2
