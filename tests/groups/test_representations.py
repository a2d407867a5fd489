"""Representations are homomorphisms to matrices, and act as their matrices do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import (
    O2,
    SE2,
    SO2,
    SO3,
    Affine2,
    ChangeOfBasis,
    Cyclic,
    Dihedral,
    DirectProduct,
    Element,
    Homomorphism,
    Hue,
    Irrep,
    Pullback,
    Regular,
    Representation,
    SemidirectProduct,
    Similarity2,
    Standard,
    Torus,
    Translation,
    Trivial,
    frequencies,
)
from groups.representation import direct_sum
from groups.strategies import elements, representations
from proofs_check import laws

P4M = SemidirectProduct(Torus(2, 2), Dihedral(4))
NAMED = [
    Cyclic(1),
    Cyclic(5),
    Cyclic(8),
    Dihedral(1),
    Dihedral(4),
    Dihedral(5),
    Torus(2, 3),
    Torus(4, 4),
    SO2(),
    O2(),
    SO3(),
]
DEFINED = [*NAMED, Translation(1), Translation(2), SE2(), Similarity2(), Affine2(), DirectProduct(Cyclic(3), SO2())]
DEFINED = [*DEFINED, SemidirectProduct(Translation(2), Dihedral(4))]
HALF_TURNS = Homomorphism(Dihedral(2), Dihedral(4), lambda g: Dihedral(4).element(g.params * torch.tensor([1, 2])))
SHAPES = [(), (1,), (3, 1, 2)]
SHEAR = ((1.0, 1.0), (0.0, 2.0))

REPRESENTATIONS: list[Representation] = [
    *[Trivial(group, 2) for group in DEFINED],
    *[Standard(group) for group in DEFINED],
    *[Irrep(group, *name) for group in NAMED for name in frequencies(group, 3)],
    *[Regular(group) for group in (*NAMED[:8], P4M, DirectProduct(Cyclic(2), Dihedral(3)))],
    2 * Regular(Cyclic(4)) + Trivial(Cyclic(4), 3),
    Trivial(O2()) + 3 * Irrep(O2(), 1, 2) + Standard(O2()),
    Regular(Dihedral(3)) * Regular(Dihedral(3)),
    Irrep(SO3(), 1) * Irrep(SO3(), 2),
    ChangeOfBasis(Standard(Dihedral(4)), SHEAR),
    Pullback(Regular(Dihedral(4)) + Standard(Dihedral(4)), HALF_TURNS),
    Hue(),
]


@pytest.fixture(scope="session", params=REPRESENTATIONS, ids=str)
def rho(request: pytest.FixtureRequest) -> Representation:
    return request.param


@settings(max_examples=3)
@given(data=st.data())
def test_homomorphism(rho, dtype, tolerance, data) -> None:
    for shape in SHAPES:
        g, h = (data.draw(elements(rho.group, shape, dtype)) for _ in "gh")
        assert rho.matrix(g, dtype=dtype).shape == (*shape, rho.dim, rho.dim)
        assert rho.matrix(g, dtype=dtype).dtype == dtype
        assert laws.representation_homomorphism(rho, g, h, dtype) < tolerance


def test_identity(rho, dtype) -> None:
    assert laws.representation_identity(rho, dtype) < 1e-6


@settings(max_examples=3)
@given(data=st.data())
def test_matrix_is_action(rho, dtype, tolerance, data) -> None:
    for shape in SHAPES:
        g = data.draw(elements(rho.group, shape, dtype))
        x = torch.randn(2, *shape, rho.dim, dtype=dtype, generator=torch.Generator().manual_seed(0))
        assert laws.matrix_is_action(rho, g.expand(2, *shape), x) < tolerance
        assert laws.action_identity(rho, x) < tolerance


@settings(max_examples=5)
@given(data=st.data())
def test_every_drawn_representation(group, data) -> None:
    rho = data.draw(representations(group))
    g, h = (data.draw(elements(group, (2,))) for _ in "gh")
    assert laws.representation_homomorphism(rho, g, h, torch.float64) < 1e-10
    assert laws.matrix_is_action(rho, g, torch.randn(2, rho.dim, dtype=torch.float64)) < 1e-10


def test_finite_representations_on_all_pairs(rho) -> None:
    if rho.group.order is not None:
        g = rho.group.elements()
        assert laws.representation_homomorphism(rho, g[:, None], g[None], torch.float64) < 1e-10


@dataclass(frozen=True)
class Transposed(Representation):
    """rho(g)^T, which multiplies in the wrong order."""

    group = Dihedral(4)
    inner: Representation

    @property
    def dim(self) -> int:
        return self.inner.dim

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return self.inner.matrix(g, dtype=dtype).mT


@pytest.mark.parametrize("inner", [Regular(Dihedral(4)), Standard(Dihedral(4)), Irrep(Dihedral(4), 1, 1)], ids=str)
def test_transposed_matrices_are_seen(inner) -> None:
    g = Dihedral(4).elements()
    assert laws.representation_homomorphism(inner, g[:, None], g[None], torch.float64) < 1e-10
    assert laws.representation_homomorphism(Transposed(inner), g[:, None], g[None], torch.float64) > 0.1


class Backwards(Dihedral):
    """Composes in the wrong order: a group too, but not the one that the matrices represent."""

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return super()._compose(q, p)


def test_wrong_order_of_composition_is_seen() -> None:
    g = Backwards(4).elements()
    assert laws.associativity(g[:, None, None], g[:, None], g) == 0
    assert laws.representation_homomorphism(Standard(Backwards(4)), g[:, None], g[None], torch.float64) > 0.1


class Clipped(Hue):
    """A matrix that clips at one is no homomorphism."""

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return super()._matrix(g, dtype).clamp(0, 1)


def test_clipping_is_seen() -> None:
    g = SO2().element([[1.0], [2.0]])
    assert laws.representation_homomorphism(Clipped(), g, g, torch.float64) > 0.1
    assert laws.matrix_is_action(Hue(), g, torch.ones(2, 3)) < 1e-6


def test_regular_representation_translates_functions() -> None:
    group = Dihedral(4)
    g, h = group.element([1, 1]), group.elements()
    x = torch.randn(8)
    assert Regular(group)(g, x).equal(x[group.index(~g @ h)])


def test_permutations_move_without_a_matrix() -> None:
    class NoMatrix(Regular):
        def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
            raise AssertionError("a dense matrix was built")

    rho = NoMatrix(Dihedral(4)) + Trivial(Dihedral(4)) + NoMatrix(Dihedral(4)) * NoMatrix(Dihedral(4))
    assert rho(Dihedral(4).elements(), torch.randn(8, rho.dim)).shape == (8, rho.dim)


def test_sums_and_products() -> None:
    a, b = Irrep(Cyclic(8), 1), Regular(Cyclic(8))
    g = Cyclic(8).elements()
    assert (a + b + a).terms == (a, b, a)
    assert direct_sum(a, a) == 2 * a != 3 * a
    assert (a + b).matrix(g).equal(torch.stack([torch.block_diag(a.matrix(e), b.matrix(e)) for e in g]))
    assert (a * b).matrix(g).equal(torch.stack([torch.kron(a.matrix(e), b.matrix(e)) for e in g]))


@pytest.mark.parametrize("group", NAMED[:8], ids=str)
def test_irreps_fill_the_regular_representation(group) -> None:
    g = group.elements()
    irreps = [Irrep(group, *name) for name in frequencies(group, 0)]
    characters = torch.stack([rho.matrix(g, dtype=torch.float64).diagonal(0, -1, -2).sum(-1) for rho in irreps])
    gram = characters @ characters.T / group.order
    assert gram.fill_diagonal_(0).abs().max() < 1e-12

    power = 2 if isinstance(group, Dihedral) else 1  # a plane turned by an abelian group is a pair of complex lines
    assert sum(rho.dim**power for rho in irreps) == group.order


def test_low_precision_vectors_are_moved_by_exact_angles() -> None:
    g, rho = Torus(1024, 1).element([1021, 0]), Irrep(Torus(1024, 1), 51, 0)
    exact, rounded = (rho.matrix(g, dtype=dtype).double() for dtype in (torch.float64, torch.bfloat16))
    assert laws.relative_error(rounded, exact) < 5e-3
    assert g.to(torch.bfloat16).params.equal(g.params)
    assert g.params.to(torch.bfloat16).long().ne(g.params).any()
