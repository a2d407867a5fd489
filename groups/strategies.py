"""Hypothesis strategies for groups: they draw parameters, not seeds, so that failures shrink toward the identity.

>>> from hypothesis import find
>>> from groups import SE2
>>> find(elements(SE2()), lambda g: True).params.tolist()
[0.0, 0.0, 0.0]
"""

from __future__ import annotations

import math
from functools import singledispatch
from typing import Any

import numpy as np
import torch
from torch import Tensor

from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import FiniteGroup, Group, LieGroup
from groups.irreps import Irrep, Standard, frequencies
from groups.planar import O2, SE2, SO2, Affine2, Similarity2, Translation
from groups.products import DirectProduct, Product, SemidirectProduct
from groups.representation import Regular, Representation, Trivial
from groups.spatial import SO3

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as arrays
except ImportError as missing:
    raise ImportError("groups.strategies needs Hypothesis: pip install 'homossl[testing]'") from missing

LARGEST_REGULAR = 64
HIGHEST_FREQUENCY = 3


def finite_groups() -> st.SearchStrategy[Any]:
    """Cyclic, Dihedral, Torus, p4 and p4m and a direct product, simplest first, of order at most 512."""
    small = st.integers(1, 8)
    squares = st.builds(Torus, *2 * [st.shared(st.integers(1, 8), key="side")])
    turns = st.sampled_from([Cyclic(1), Cyclic(2), Cyclic(4), Dihedral(1), Dihedral(2), Dihedral(4)])
    plain = st.one_of(st.builds(Cyclic, small), st.builds(Dihedral, small), st.builds(Torus, small, small))
    products = st.builds(DirectProduct, st.builds(Cyclic, small), st.builds(Dihedral, small))
    return st.one_of(plain, products, st.builds(SemidirectProduct, squares, turns))


def lie_groups() -> st.SearchStrategy[Any]:
    """SO2, O2, Translation, SE2, Similarity2, Affine2 and SO3."""
    shifts = st.builds(Translation, st.integers(1, 3))
    return st.one_of(st.just(SO2()), st.just(O2()), shifts, st.sampled_from([SE2(), Similarity2(), Affine2(), SO3()]))


def groups() -> st.SearchStrategy[Any]:
    """Every kind of group, finite ones first; shrinks to Cyclic(1)."""
    turns = st.one_of(st.builds(Cyclic, st.integers(1, 8)), st.builds(Dihedral, st.integers(1, 8)))
    motions = st.builds(SemidirectProduct, st.just(Translation(2)), turns)
    return st.one_of(finite_groups(), lie_groups(), motions, st.builds(DirectProduct, turns, lie_groups()))


@singledispatch
def elements(
    group: Group, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64
) -> st.SearchStrategy[Element]:
    """Batches of elements of a group, params (*shape param_dim); shrinks to the identity.

    Finite groups draw their digits, Lie groups the exponential of a bounded algebra vector, O2 also a flip, and
    products each factor.
    """
    raise TypeError(f"no strategy draws elements of {group}")


@elements.register
def _(group: FiniteGroup, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64):
    digits = [_tensors(st.integers(0, m - 1), shape, torch.int64) for m in group.moduli]
    return st.tuples(*digits).map(lambda columns: Element(group, torch.stack(columns, dim=-1)))


@elements.register
def _(group: LieGroup, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64):
    return vectors(group, shape, dtype).map(group.exp)


@elements.register
def _(group: O2, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64):
    flips = _tensors(st.integers(0, 1), (*shape, 1), dtype)
    angles = vectors(group, shape, dtype)
    return st.tuples(flips, angles).map(lambda params: Element(group, torch.cat(params, dim=-1)))


@elements.register
def _(group: Product, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64):
    factors = [elements(factor, shape, dtype) for factor in (group.first, group.second)]
    return st.tuples(*factors).map(lambda pair: group.pair(*pair))


def vectors(
    group: LieGroup, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64, radius: float | None = None
) -> st.SearchStrategy[Tensor]:
    """Algebra vectors (*shape algebra_dim) where exp is injective, |v| <= radius; shrinks to zero."""
    side = (radius or _injectivity(group)) / math.sqrt(group.algebra_dim)
    return _tensors(_floats(side, dtype), (*shape, group.algebra_dim), dtype)


def representations(group: Any) -> st.SearchStrategy[Representation]:
    """Trivial, irreducible, standard and regular representations, and sums and products of two; shrinks to Trivial."""
    simple = st.one_of(st.builds(Trivial, st.just(group), st.integers(1, 3)), *_named(group))
    pairs = st.tuples(simple, simple).filter(lambda pair: pair[0].dim * pair[1].dim <= LARGEST_REGULAR)
    return st.one_of(simple, pairs.map(lambda pair: pair[0] + pair[1]), pairs.map(lambda pair: pair[0] * pair[1]))


def fields(
    representation: Representation,
    size: int | tuple[int, int] = 5,
    batch: tuple[int, ...] = (),
    dtype: torch.dtype = torch.float64,
) -> st.SearchStrategy[Tensor]:
    """Fields on a grid, (*batch dim h w), values in [-1, 1]: a constant and a few other values; shrinks to zero."""
    h, w = (size, size) if isinstance(size, int) else size
    return _tensors(_floats(1.0, dtype), (*batch, representation.dim, h, w), dtype)


def _named(group: Group) -> list[st.SearchStrategy[Representation]]:
    found = []
    if isinstance(group, Cyclic | Dihedral | Torus | SO2 | O2 | SO3):
        names = frequencies(group, HIGHEST_FREQUENCY)
        found.append(st.sampled_from(names).map(lambda name: Irrep(group, *name)))
    if _has_standard(group):
        found.append(st.just(Standard(group)))
    if group.order is not None and group.order <= LARGEST_REGULAR:
        found.append(st.just(Regular(group)))
    return found


def _has_standard(group: Group) -> bool:
    try:
        Standard(group)
    except TypeError:
        return False
    return True


def _injectivity(group: LieGroup) -> float:
    return 1.0 if isinstance(group, Affine2) else 3.0


def _floats(bound: float, dtype: torch.dtype) -> st.SearchStrategy[float]:
    width = 64 if dtype == torch.float64 else 32
    side = float(np.float32(bound))
    return st.floats(-side, side, width=width, allow_subnormal=False)


def _tensors(values: st.SearchStrategy[Any], shape: tuple[int, ...], dtype: torch.dtype) -> st.SearchStrategy[Tensor]:
    scalar = np.int64 if dtype == torch.int64 else np.float64
    return arrays.arrays(scalar, shape, elements=values).map(lambda a: torch.tensor(a, dtype=dtype))
