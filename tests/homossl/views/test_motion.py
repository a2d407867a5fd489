"""How pairs of motions are drawn: from what distribution, and by what generator."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO2, Cyclic, SemidirectProduct, Torus
from homossl.views import Bounded, Near, Uniform

C4 = Cyclic(4)
P4 = SemidirectProduct(Torus(9, 9), C4)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


@pytest.mark.parametrize("group", [C4, P4, SO2()], ids=str)
def test_uniform_draws_independent_pairs(group):
    g = Uniform().draw(group, 64, rng())
    assert g.shape == (2, 64)
    assert group.norm(g[1] @ ~g[0]).gt(0.1).any()


@pytest.mark.parametrize(("group", "radius"), [(Cyclic(8), 0.8), (SO2(), 0.3), (P4, (1.5, 0.1))], ids=str)
def test_bounded_draws_places_within_the_distance(group, radius):
    g = Bounded(radius).draw(group, 200, rng())
    apart = group.distance(~g[0], ~g[1])
    greatest = radius if isinstance(radius, float) else sum(r**2 for r in radius) ** 0.5
    assert apart.max() <= greatest + 1e-5
    assert apart.max() > 0
    assert group.norm(g[0]).max() > 1.5 * greatest


@pytest.mark.parametrize(("group", "radius"), [(Cyclic(8), 0.8), (SO2(), 0.3), (P4, (1.5, 0.1))], ids=str)
def test_near_draws_motions_within_the_radius(group, radius):
    g = Near(radius).draw(group, 200, rng())
    greatest = radius if isinstance(radius, float) else sum(r**2 for r in radius) ** 0.5
    assert 0 < group.norm(g).max() <= greatest + 1e-5


@given(st.integers(1, 4))
def test_draws_are_a_function_of_the_generator(n):
    one, two = (Uniform().draw(P4, n, rng()) for _ in range(2))
    assert torch.equal(one.params, two.params)


def test_a_product_wants_a_radius_for_each_factor():
    with pytest.raises(ValueError, match=r"two factors, got 0\.5"):
        Near(0.5).draw(P4, 2, rng())


@pytest.mark.parametrize("kind", [Near, Bounded])
@pytest.mark.parametrize("radius", [-1.0, float("nan"), float("inf"), (1.0, -1.0), [1.0]])
def test_a_radius_is_finite_and_not_negative(kind, radius):
    with pytest.raises(ValueError, match=f"{kind.__name__}.radius is finite and not negative"):
        kind(radius)
