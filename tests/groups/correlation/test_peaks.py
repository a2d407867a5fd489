"""Where correlations are highest: the best element, exactly, and all that keep a vector."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import SO2, SO3, Cyclic, Dihedral, Irrep, Regular, RotationFunctions, SphereFunctions, Standard, Trivial
from groups.correlation import best, coset_distance, peak, peaks, spectrum, symmetries
from groups.correlation.climb import climb
from groups.harmonics import spherical_harmonics
from groups.representation import direct_sum
from groups.strategies import elements

CLOSE = 1e-6
CIRCLE = direct_sum(*[Irrep(SO2(), k) for k in (1, 2, 5)])
CONTINUOUS = [CIRCLE, SphereFunctions(SO3(), 2, 3), SphereFunctions(SO3(), 1, 6), RotationFunctions(SO3(), 1, 2)]
FINITE = [Regular(Cyclic(7)), Regular(Dihedral(4)) + Irrep(Dihedral(4), 1, 1)]
GOLDEN = (1 + 5**0.5) / 2
CUBE = list(product((-1.0, 1.0), repeat=3))
CORNERS = {
    "tetrahedron": [p for p in CUBE if prod(p) > 0],
    "cube": CUBE,
    "octahedron": [tuple(sign * float(i == j) for j in range(3)) for i in range(3) for sign in (-1, 1)],
    "icosahedron": [
        (0, a, b * GOLDEN)[-i:] + (0, a, b * GOLDEN)[:-i] for i in range(3) for a, b in product((-1, 1), repeat=2)
    ],
}
GROUPS = {"tetrahedron": (12, 3), "cube": (24, 4), "octahedron": (24, 4), "icosahedron": (60, 6)}
"""The order of the group of each solid, and the degree from which on it is told."""


def drawn(rho, *batch: int, seed: int = 0) -> Tensor:
    x = rho.inputs(torch.Size(batch).numel(), torch.Generator().manual_seed(seed))
    return x.reshape(*batch, rho.dim)


def corners(solid: str, degree: int) -> Tensor:
    """The corners of a solid as a function on the sphere."""
    points = torch.tensor(CORNERS[solid], dtype=torch.float64)
    turn = SO3().exp(torch.tensor([0.3, -0.9, 0.5], dtype=torch.float64))
    points = Standard(SO3())(turn, points / points.norm(dim=-1, keepdim=True))
    return spherical_harmonics(degree, points).mean(0)


@settings(max_examples=10)
@given(data=st.data())
@pytest.mark.parametrize("rho", [*CONTINUOUS, *FINITE], ids=str)
def test_the_motion_is_found(rho, data) -> None:
    x, g = drawn(rho, 3), data.draw(elements(rho.group, (3,)))
    found, value = best(rho, x, rho(g.to(torch.float64), x))
    assert rho.group.distance(found, g).max() < CLOSE
    assert (value / x.square().sum(-1) - 1).abs().max() < 1e-12


@pytest.mark.parametrize("rho", CONTINUOUS, ids=str)
def test_the_grid_alone_does_not_find_it(rho) -> None:
    g = rho.group.sample(20, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    x = drawn(rho, 20)
    s = spectrum(rho, x, rho(g, x))
    grid = s.grid(8 * s.degree)
    assert rho.group.distance(grid.elements[grid.values.argmax(-1)], g).median() > 0.005
    assert rho.group.distance(peak(s)[0], g).max() < CLOSE
    assert rho.group.distance(peak(s, starts=1)[0], g).max() < CLOSE


@pytest.mark.parametrize("rho", CONTINUOUS, ids=str)
def test_unrelated_vectors_have_a_highest_place_too(rho) -> None:
    left, right = drawn(rho, 5), drawn(rho, 5, seed=1)
    s = spectrum(rho, left, right)
    g, value = peak(s)
    assert (value - (rho(g, left) * right).sum(-1)).abs().max() < 1e-10
    assert (value >= s.grid(12 * s.degree).values.amax(-1) - 1e-12).all()
    assert s.jet(g).gradient.abs().max() < 1e-5


@given(data=st.data())
@pytest.mark.parametrize("rho", CONTINUOUS, ids=str)
def test_derivatives_are_those_of_the_values(rho, data) -> None:
    g = data.draw(elements(rho.group, (2,)))
    s = spectrum(rho, drawn(rho, 2), drawn(rho, 2, seed=1))
    jet, h = s.jet(g), 1e-3
    v = torch.randn(rho.group.algebra_dim, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    there, back = (s.at(rho.group.exp(t * v) @ g) for t in (h, -h))
    slope = (jet.gradient * v).sum(-1)
    assert (jet.value - s.at(g)).abs().max() < 1e-12
    assert ((there - back) / (2 * h) - slope).abs().max() < 1e-3
    assert ((there + back - 2 * jet.value) / h**2 - v @ (jet.hessian @ v[:, None])[..., 0].mT).abs().max() < 1e-2
    assert (jet.hessian - jet.hessian.mT).abs().max() < 1e-12


@pytest.mark.parametrize("solid", CORNERS)
def test_the_symmetries_of_solids(solid) -> None:
    order, degree = GROUPS[solid]
    rho, x = SphereFunctions(SO3(), 1, degree), corners(solid, degree)
    found = symmetries(rho, x)
    assert len(found) == order
    assert SO3().norm(found[0]) < CLOSE
    assert (rho(found, x) - x).abs().max() < 1e-6
    products = (found[:, None] @ found)[..., None]
    assert SO3().distance(products, found).amin(-1).max() < CLOSE
    with pytest.raises(ValueError, match="a finite group"):
        symmetries(SphereFunctions(SO3(), 1, degree - 1), corners(solid, degree - 1))


def test_tolerance_lets_in_a_blurred_symmetry() -> None:
    rho, noise = SphereFunctions(SO3(), 1, 4), 0.02 * torch.randn(25, dtype=torch.float64)
    x = corners("cube", 4) + noise
    assert len(symmetries(rho, x)) == 1
    assert len(symmetries(rho, x, tolerance=0.2)) == 24


def test_a_circle_of_symmetries_is_refused() -> None:
    pole = spherical_harmonics(4, torch.tensor([0.0, 0.6, 0.8], dtype=torch.float64))
    with pytest.raises(ValueError, match="a finite group"):
        symmetries(SphereFunctions(SO3(), 1, 4), pole)
    with pytest.raises(ValueError, match="a finite group"):
        symmetries(Trivial(SO3(), 2), torch.ones(2, dtype=torch.float64))


def test_symmetries_of_finite_and_plane_groups() -> None:
    x = torch.tensor([1.0, 2.0, 1.0, 2.0, 1.0, 2.0])
    assert symmetries(Regular(Cyclic(6)), x).params.flatten().tolist() == [0, 2, 4]
    assert len(symmetries(Irrep(SO2(), 3) + Irrep(SO2(), 6), torch.tensor([1.0, 0.0, 0.4, 0.2]).double())) == 3


def test_distance_up_to_symmetry() -> None:
    rho, x = SphereFunctions(SO3(), 1, 4), corners("cube", 4)
    g = SO3().sample(10, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found, _ = best(rho, x.expand(10, -1), rho(g, x))
    stabiliser = symmetries(rho, x)
    assert coset_distance(found, g, stabiliser).max() < CLOSE
    assert SO3().distance(found, g).max() > 0.5
    assert coset_distance(~found, g, stabiliser).max() > 0.1


def test_peaks_come_in_order_and_of_one_function() -> None:
    rho = SphereFunctions(SO3(), 2, 3)
    s = spectrum(rho, drawn(rho), drawn(rho, seed=1))
    g, values = peaks(s, tolerance=0.5)
    assert len(g) > 1
    assert (values.diff() <= 0).all()
    assert abs(values[0] - peak(s)[1]) < 1e-10
    assert s.jet(g).gradient.abs().max() < 1e-5
    with pytest.raises(ValueError, match=r"one function, got a batch \(2,\)"):
        peaks(spectrum(rho, drawn(rho, 2), drawn(rho, 2)))


def test_low_precision_and_no_gradients() -> None:
    rho = SphereFunctions(SO3(), 2, 3)
    g, x = SO3().sample(3, dtype=torch.float64), drawn(rho, 3)
    found, _ = best(rho, x.float().requires_grad_(), rho(g, x).float())
    assert found.params.dtype == torch.float32
    assert not found.params.requires_grad
    assert SO3().distance(found.to(torch.float64), g).max() < 1e-3


def test_one_function_is_climbed_to_its_top_whatever_the_first_step() -> None:
    """A single start is not given up when a whole step of Newton's overshoots."""
    rho = SphereFunctions(SO3(), 1, 4)
    s = spectrum(rho, drawn(rho), drawn(rho, seed=1))
    for g in SO3().sample(20, generator=torch.Generator().manual_seed(0), dtype=torch.float64):
        top, value = climb(s, g)
        assert s.jet(top).gradient.norm() < 1e-5
        assert torch.linalg.eigvalsh(s.jet(top).hessian).max() < 1e-6
        assert value >= s.at(g)
