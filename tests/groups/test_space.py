"""Groups of space and of points: rigid motions, reflections, permutations."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import find, given
from hypothesis import strategies as st

from groups import O3, SE3, SO3, DirectProduct, Element, Irrep, Standard, Symmetric, Translation
from groups.strategies import elements, vectors
from proofs_check import laws


def algebra(v: torch.Tensor) -> torch.Tensor:
    """The matrices of (rotation vector, velocity), (*batch 6) -> (*batch 4 4)."""
    hat = torch.linalg.cross(torch.eye(3, dtype=v.dtype).expand(*v.shape[:-1], 3, 3), v[..., None, :3], dim=-1)
    return torch.cat([torch.cat([hat, v[..., 3:, None]], -1), torch.zeros(*v.shape[:-1], 1, 4, dtype=v.dtype)], -2)


@given(data=st.data())
def test_rigid_motions_are_exponentials_of_matrices(data) -> None:
    v = data.draw(vectors(SE3(), (5,)))
    matrix = Standard(SE3()).matrix(SE3().exp(v))
    assert laws.relative_error(matrix, torch.linalg.matrix_exp(algebra(v))) < 1e-12


def test_series_and_formulas_meet() -> None:
    v = torch.tensor([1.0, 2.0, -2.0, 0.3, 0.4, 0.5], dtype=torch.float64) / 3
    for angle in (0.0, 1e-12, 1e-4, 0.0999, 0.1001, 1.0, 3.1):
        scaled = torch.cat([angle * v[:3], v[3:]])
        matrix = Standard(SE3()).matrix(SE3().exp(scaled))
        assert laws.relative_error(matrix, torch.linalg.matrix_exp(algebra(scaled))) < 1e-14
        assert laws.relative_error(SE3().log(SE3().exp(scaled)), scaled) < 1e-12


def test_a_shift_without_its_integral_is_seen() -> None:
    v = torch.tensor([1.0, 0.0, 0.0, 0.0, 1.0, 0.0], dtype=torch.float64)
    wrong = SE3().element(torch.cat([SO3().exp(v[:3]).params, v[3:]]))
    matrix = torch.linalg.matrix_exp(algebra(v))
    assert laws.relative_error(Standard(SE3()).matrix(wrong), matrix) > 0.1


@given(data=st.data())
def test_matrices_compose(data) -> None:
    for group in (O3(), SE3()):
        g, h = (data.draw(elements(group, (4,))) for _ in range(2))
        assert laws.representation_homomorphism(Standard(group), g, h) < 1e-12


def test_reflections() -> None:
    g = O3().sample(500, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    inverted = g.params[:, 0]
    assert laws.relative_error(torch.linalg.det(Standard(O3()).matrix(g)), 1 - 2 * inverted) < 1e-12
    assert inverted.mean() == pytest.approx(0.5, abs=0.1)
    assert O3().norm(g)[inverted == 1].unique().tolist() == [math.pi]
    with pytest.raises(ValueError, match="no logarithm of a reflection"):
        O3().log(O3().element([1.0, 1.0, 0.0, 0.0, 0.0]))
    assert Irrep(O3(), 0, 0).is_trivial
    assert not Irrep(O3(), 1, 0).is_trivial


@pytest.mark.parametrize("n", [1, 2, 5, 70])
def test_permutations_are_a_group(n) -> None:
    group, generator = Symmetric(n), torch.Generator().manual_seed(n)
    a, b, c = group.sample(3, 6, generator=generator)
    for law in (laws.associativity, laws.identity, laws.inverse, laws.left_invariance):
        assert law(*(a, b, c)[: law.__code__.co_argcount]) == 0
    assert a.params.sort(-1).values.equal(torch.arange(n).expand(6, n))
    paired = DirectProduct(SO3(), group).sample(4, generator=generator, dtype=torch.float64)
    assert laws.inverse(paired) < 1e-12


@pytest.mark.parametrize("n", range(1, 6))
def test_all_permutations_are_listed_once(n) -> None:
    listed = Symmetric(n).elements()
    assert len(listed) == Symmetric(n).order == math.factorial(n)
    assert Symmetric(n).index(listed).equal(torch.arange(len(listed)))
    assert listed[:1].params.equal(Symmetric(n).identity(1).params)


def test_composition_applies_the_right_one_first() -> None:
    g, h = Symmetric(3).element([1, 2, 0]), Symmetric(3).element([1, 0, 2])
    moved = [g.params.tolist()[place] for place in h.params.tolist()]
    assert (g @ h).params.tolist() == moved != (h @ g).params.tolist()


def test_balls_of_permutations_are_uniform() -> None:
    group, generator = Symmetric(4), torch.Generator().manual_seed(0)
    drawn = torch.bincount(group.index(group.ball(3.0, 15000, generator=generator)), minlength=24)
    within = group.norm(group.elements()) <= 3
    assert (drawn[within] / 1000 - 1).abs().max() < 0.15
    assert drawn[~within].sum() == 0
    assert group.ball(0.0, 5).params.equal(group.identity(5).params)


def test_strategies_shrink_to_the_identity() -> None:
    assert find(elements(Symmetric(4)), lambda g: True).params.equal(Symmetric(4).identity().params)
    assert find(elements(O3()), lambda g: bool(g.params[0] == 1)).params.tolist() == [1.0, 1.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("error", "match", "make"),
    [
        (ValueError, "whole n >= 1, got 0", lambda: Symmetric(0)),
        (ValueError, "has 9! elements", lambda: Symmetric(9).elements()),
        (ValueError, "is one number, got", lambda: Symmetric(3).ball((1.0, 2.0))),
        (ValueError, "one radius or 6 of them", lambda: SE3().ball((1.0, 2.0))),
        (ValueError, r"has irreps \[\(0, 0\), \(1, 0\)", lambda: Irrep(O3(), 2, 1)),
    ],
)
def test_errors(error, match, make) -> None:
    with pytest.raises(error, match=match):
        make()


def test_elements_are_batched_values() -> None:
    g = SE3().sample(2, 3)
    assert isinstance(g, Element)
    assert (g @ ~g).shape == (2, 3)
    assert SE3().algebra_dim == 6
    assert Translation(3) != SE3()
