"""Hypothesis strategies for groups: they draw parameters, not seeds, so that failures shrink toward the identity.

>>> from hypothesis import find
>>> from groups import SE2
>>> find(elements(SE2()), lambda g: True).params.tolist()
[0.0, 0.0, 0.0]
"""

from __future__ import annotations

import math
from functools import singledispatch
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor

from groups.affine import Affine2
from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.frequencies import frequencies
from groups.group import FiniteGroup, Group
from groups.irreps import Irrep
from groups.lie import LieGroup
from groups.line import Affine1
from groups.octahedral import Octahedral
from groups.permutations import Symmetric
from groups.planar import O2, SO2, Translation
from groups.products import DirectProduct, Product, SemidirectProduct
from groups.representation import Regular, Representation, Trivial
from groups.rigid import SE3
from groups.scale import Scale
from groups.similarity import SE2, Similarity2
from groups.spatial import O3, SO3
from groups.standard import Standard

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as arrays
except ImportError as missing:
    raise ImportError("groups.strategies needs Hypothesis: pip install 'homossl[testing]'") from missing

LIE_GROUPS = [
    SO2(),
    O2(),
    Translation(1),
    Translation(2),
    Scale(),
    Affine1(),
    SE2(),
    Similarity2(),
    Affine2(),
    SO3(),
    O3(),
    SE3(),
]
LARGEST_REGULAR = 64
HIGHEST_FREQUENCY = 3
INDEPENDENT = (
    st.nothing()
)  # every entry of an array is drawn by itself; Hypothesis would fill large ones with one value


def finite_groups() -> st.SearchStrategy[Any]:
    """Cyclic, Dihedral, Torus, Octahedral, p1 to p4m and products, of order at most 200; shrinks toward the smallest.

    >>> from hypothesis import find
    >>> find(finite_groups(), lambda group: group.order > 4)
    Cyclic(n=5)
    """
    return _simplest_first(_finite())


def lie_groups() -> st.SearchStrategy[Any]:
    """SO2, O2, Translation, Scale, Affine1, SE2, Similarity2, Affine2, SO3, O3 and SE3; shrinks to SO2.

    >>> from hypothesis import find
    >>> find(lie_groups(), lambda group: group.algebra_dim > 2)
    SE2()
    """
    return st.sampled_from(LIE_GROUPS)


def groups() -> st.SearchStrategy[Any]:
    """Every kind of group; shrinks to Cyclic(1).

    >>> from hypothesis import find
    >>> find(groups(), lambda group: True)
    Cyclic(n=1)
    """
    turned = [SemidirectProduct(Translation(2), turns) for turns in (Cyclic(4), Dihedral(6), O2())]
    paired = [DirectProduct(Cyclic(3), group) for group in LIE_GROUPS]
    return _simplest_first([*_finite(), LIE_GROUPS, [*turned, *paired]])


def _simplest_first(kinds: list[list[Any]]) -> st.SearchStrategy[Any]:
    # Two integers whatever comes of them, the first at most 10: of those Hypothesis tries every smaller one.
    kind, which = st.integers(0, len(kinds) - 1), st.integers(0, max(map(len, kinds)) - 1)
    return st.builds(lambda i, j: kinds[i][j % len(kinds[i])], kind, which)


def _finite() -> list[list[Any]]:
    sizes = range(1, 9)
    tori = [Torus(h, w) for h in range(1, 5) for w in range(1, 5)]
    turns = [family(n) for family in (Cyclic, Dihedral) for n in (1, 2, 4)]
    walls = [SemidirectProduct(Torus(n, n), turn) for n in range(2, 6) for turn in turns]
    pairs = [DirectProduct(Cyclic(n), Dihedral(3)) for n in range(2, 5)]
    cubes = [Octahedral(), Octahedral(reflections=True)]
    several = [*map(Cyclic, sizes), *map(Dihedral, sizes), *tori, *walls, *pairs, *cubes]
    by_order = sorted(several, key=lambda group: group.order)
    return [[*kind] for _, kind in groupby(by_order, lambda group: min(group.order, 9))]


@singledispatch
def elements(
    group: Group, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64
) -> st.SearchStrategy[Element]:
    """Batches of elements of a group, params (*shape param_dim); shrinks to the identity.

    Finite groups draw their digits, Lie groups the exponential of a bounded algebra vector, O2 and O3 also a flip, and
    products each factor.

    >>> from hypothesis import find
    >>> find(elements(Cyclic(5)), lambda g: bool(g.params.any())).params.tolist()
    [1]
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
def _(group: Symmetric, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64):
    keys = _tensors(st.integers(0, group.n - 1), (*shape, group.n), torch.int64)
    return keys.map(lambda keys: Element(group, keys.argsort(dim=-1, stable=True)))


@elements.register(O3)
@elements.register(O2)
def _(group: O2 | O3, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64):
    flips = _tensors(st.integers(0, 1), (*shape, 1), dtype)
    turns = vectors(group, shape, dtype).map(lambda v: group.exp(v).params[..., 1:])
    return st.tuples(flips, turns).map(lambda params: Element(group, torch.cat(params, dim=-1)))


@elements.register
def _(group: Product, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64):
    factors = [elements(factor, shape, dtype) for factor in (group.first, group.second)]
    return st.tuples(*factors).map(lambda pair: group.pair(*pair))


def vectors(
    group: LieGroup, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float64, radius: float | None = None
) -> st.SearchStrategy[Tensor]:
    """Algebra vectors (*shape algebra_dim) where exp is injective, |v| <= radius; shrinks to zero.

    >>> from hypothesis import find
    >>> find(vectors(SO2()), lambda v: v.item() > 0.7).tolist()
    [1.0]
    """
    side = (radius or _injectivity(group)) / math.sqrt(group.algebra_dim)
    return _tensors(_floats(side, dtype), (*shape, group.algebra_dim), dtype)


def representations(group: Any) -> st.SearchStrategy[Representation]:
    """Trivial, irreducible, standard and regular representations, and sums and products of two; shrinks to Trivial.

    >>> from hypothesis import find
    >>> find(representations(Cyclic(4)), lambda rho: rho.dim == 2)
    Trivial(group=Cyclic(n=4), size=2)
    """
    simple = st.sampled_from([*[Trivial(group, size) for size in (1, 2, 3)], *_named(group)])
    pairs = st.tuples(simple, simple).filter(lambda pair: pair[0].dim * pair[1].dim <= LARGEST_REGULAR)
    return st.one_of(simple, pairs.map(lambda pair: pair[0] + pair[1]), pairs.map(lambda pair: pair[0] * pair[1]))


def fields(
    representation: Representation,
    size: int | tuple[int, int] = 5,
    batch: tuple[int, ...] = (),
    dtype: torch.dtype = torch.float64,
) -> st.SearchStrategy[Tensor]:
    """Fields on a grid, (*batch dim h w), values in [-1, 1]: a constant and a few other values; shrinks to zero.

    >>> from hypothesis import find
    >>> find(fields(Trivial(Cyclic(4)), size=2), lambda x: bool((x > 0).any())).unique().tolist()
    [1.0]
    """
    h, w = (size, size) if isinstance(size, int) else size
    return _tensors(_floats(1.0, dtype), (*batch, representation.dim, h, w), dtype, fill=None)


def _named(group: Group) -> list[Representation]:
    known = isinstance(group, Cyclic | Dihedral | Torus | SO2 | O2 | SO3 | O3)
    irreps = [Irrep(group, *name) for name in frequencies(group, HIGHEST_FREQUENCY)] if known else []
    standard = [Standard(group)] if _has_standard(group) else []
    regular = [Regular(group)] if group.order is not None and group.order <= LARGEST_REGULAR else []
    return [*irreps, *standard, *regular]


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


def _tensors(
    values: st.SearchStrategy[Any],
    shape: tuple[int, ...],
    dtype: torch.dtype,
    fill: st.SearchStrategy[Any] | None = INDEPENDENT,
) -> st.SearchStrategy[Tensor]:
    scalar = np.int64 if dtype == torch.int64 else np.float64
    return arrays.arrays(scalar, shape, elements=values, fill=fill).map(lambda a: torch.tensor(a, dtype=dtype))
