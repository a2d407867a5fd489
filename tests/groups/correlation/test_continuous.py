"""Correlations over SO(2) and SO(3): exact at any element, and integrated by quadrature."""

from __future__ import annotations

import pytest
import torch
from acting import both, vectors
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import SE2, SO2, SO3, Cyclic, Hue, Irrep, Regular, Representation, Standard, Trivial
from groups.correlation import correlation, log_partition, pairwise_spectrum, spectrum
from groups.correlation.rotations import quadrature, wigner
from groups.representation import direct_sum
from groups.strategies import elements
from proofs_check import laws

GROUPS = [SO2(), SO3()]


@st.composite
def sums(draw) -> Representation:
    """Sums of irreps, trivial and standard representations of SO(2) or SO(3)."""
    group = draw(st.sampled_from(GROUPS))
    irreps = st.integers(0, 4).map(lambda k: Irrep(group, k))
    terms = st.one_of(irreps, st.sampled_from([Trivial(group), Trivial(group, 2), Standard(group)]))
    return direct_sum(*draw(st.lists(terms, min_size=1, max_size=5)))


def off(actual: Tensor, expected: Tensor, left: Tensor, right: Tensor) -> float:
    """The largest difference, relative to |left| |right|."""
    return ((actual - expected).abs() / (left.norm(dim=-1) * right.norm(dim=-1))).max().item()


@given(data=st.data())
def test_values_at_elements(data, dtype, tolerance) -> None:
    rho, batch = data.draw(sums()), data.draw(st.sampled_from([(), (3,), (2, 1, 2)]))
    left, right = both(rho, *batch, dtype=dtype)
    g = data.draw(elements(rho.group, batch, dtype))
    values = spectrum(rho, left, right).at(g)
    assert values.dtype == dtype
    assert values.shape == batch
    assert off(values, (rho(g, left) * right).sum(-1), left, right) < tolerance


@settings(max_examples=10)
@given(data=st.data())
def test_values_on_the_grid(data, dtype, tolerance) -> None:
    rho = data.draw(sums())
    left, right = both(rho, 3, dtype=dtype)
    s = spectrum(rho, left, right)
    grid = s.grid(2 * s.degree + data.draw(st.integers(0, 3)))
    for k, g in enumerate(grid.elements[:7]):
        assert off(grid.values[:, k], (rho(g, left) * right).sum(-1), left, right) < tolerance
    assert (grid.weights > 0).all()
    assert abs(grid.weights.sum() - 1) < tolerance


@settings(max_examples=10)
@given(data=st.data())
def test_every_left_with_every_right(data) -> None:
    rho = data.draw(sums())
    left, right = vectors(rho, 4), vectors(rho, 3, seed=1)
    every = (x.expand(4, 3, rho.dim) for x in (left[:, None], right[None]))
    pairs, rows = pairwise_spectrum(rho, left, right), spectrum(rho, *every)
    assert pairs.degrees == rows.degrees
    assert laws.relative_error(pairs.coefficients, rows.coefficients) < 1e-12


def test_turns_of_a_cyclic_group_are_turns() -> None:
    finite, infinite = (Irrep(group, 2) + Irrep(group, 3) for group in (Cyclic(7), SO2()))
    left, right = both(finite)
    grid = spectrum(infinite, left, right).grid(6)
    assert laws.relative_error(grid.values, correlation(finite, left, right)) < 1e-12
    turns = 2 * torch.pi / 7 * torch.tensor([0, 1, 2, 3, -3, -2, -1], dtype=torch.float64)
    assert (grid.elements.params[:, 0] - turns).abs().max() < 1e-12


@pytest.mark.parametrize("l", range(4))
def test_the_motion_is_where_it_is_highest(l) -> None:
    rho = Irrep(SO3(), l) + 2 * Irrep(SO3(), 2)
    x, g = vectors(rho), SO3().exp(torch.tensor([0.3, -1.0, 0.7], dtype=torch.float64))
    s = spectrum(rho, x, rho(g, x))
    assert s.grid(12).values.max() <= s.at(g) + 1e-12
    assert laws.relative_error(s.at(g), x.square().sum()) < 1e-12
    assert s.at(~g) < 0.9 * s.at(g)


@pytest.mark.parametrize("degree", [2, 5, 8])
def test_quadrature_is_exact_up_to_its_degree_and_no_further(degree) -> None:
    elements, weights = quadrature(degree)
    for l in range(degree + 1):
        integral = weights @ wigner((l,), elements, torch.float64)
        assert (integral - float(l == 0)).abs().max() < 1e-12
    beyond = [(weights @ wigner((l,), elements, torch.float64)).abs().max() for l in (degree + 1, degree + 2)]
    assert max(beyond) > 0.05


@settings(max_examples=10)
@given(data=st.data())
def test_squares_are_integrated_as_schur_says(data) -> None:
    """The integral of s^2 is sum_l |C_l|^2 / (2 l + 1) on SO(3)."""
    rho = data.draw(sums().filter(lambda rho: rho.group == SO3()))
    s = spectrum(rho, *both(rho, 2))
    blocks = s.coefficients.split([(2 * l + 1) ** 2 for l in s.degrees], dim=-1)
    expected = sum(c.square().sum(-1) / (2 * l + 1) for l, c in zip(s.degrees, blocks, strict=True))
    assert laws.relative_error((s.grid().weights * s.grid().values.square()).sum(-1), expected) < 1e-12


@given(st.floats(0.1, 3.0))
def test_partition_functions_that_are_known(concentration) -> None:
    """On the circle it is Bessel's I_0, on the sphere sinh(k) / k."""
    k = torch.tensor(concentration, dtype=torch.float64)
    for group, expected in ((SO2(), torch.special.i0(k).log()), (SO3(), (k.sinh() / k).log())):
        x = torch.eye(Standard(group).dim, dtype=torch.float64)[0]
        assert abs(log_partition(spectrum(Standard(group), x, x), 1 / concentration) - expected) < 1e-4


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_a_density_has_mass_one_and_chance_is_zero(group) -> None:
    rho = Irrep(group, 1) + Irrep(group, 3)
    left, right = (x / x.norm(dim=-1, keepdim=True) for x in both(rho, 5))
    s, grid = spectrum(rho, left, right), spectrum(rho, left, right).grid(40)
    density = (grid.values / 0.3 - log_partition(s, 0.3)[:, None]).exp()
    assert ((grid.weights * density).sum(-1) - 1).abs().max() < 1e-4
    assert log_partition(spectrum(rho, 0 * left, right)).abs().max() < 1e-12
    assert ((grid.values / 0.3 - log_partition(s, 0.6)[:, None]).exp() @ grid.weights - 1).abs().min() > 1e-3


@pytest.mark.parametrize("group", GROUPS, ids=str)
@pytest.mark.parametrize("temperature", [1.0, 0.3, 0.1, 0.05])
def test_sharp_densities_get_the_grid_that_they_need(group, temperature) -> None:
    """At full length, where the correlation is sharpest: the vectors are one."""
    rho = Irrep(group, 1) + 2 * Irrep(group, 2)
    x = torch.nn.functional.normalize(vectors(rho, 8), dim=-1)
    s = spectrum(rho, x, x)
    fine = log_partition(s, temperature, degree=60)
    assert (log_partition(s, temperature) - fine).abs().max() < 1e-4
    assert (log_partition(s, temperature, degree=4) - fine).abs().max() > 2e-4
    assert log_partition(s, 1e-3, degree=4).isfinite().all()


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_gradients(group) -> None:
    rho = Irrep(group, 1) + Trivial(group) + 2 * Irrep(group, 2)
    left, right = (x.requires_grad_() for x in both(rho, 2))
    g = group.sample(2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x, y: spectrum(rho, x, y).at(g), (left, right))
    assert torch.autograd.gradcheck(lambda x, y: log_partition(pairwise_spectrum(rho, x, y), degree=4), (left, right))


def test_grids_made_without_gradients_serve_training() -> None:
    rho = Irrep(SO3(), 2)
    left, right = (x.requires_grad_() for x in both(rho))
    with torch.inference_mode():
        log_partition(spectrum(rho, left, right), degree=11)
    log_partition(spectrum(rho, left, right), degree=11).backward()
    assert left.grad is not None


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_is_computed_in_float32(half) -> None:
    rho = 3 * Irrep(SO3(), 2)
    left, right = both(rho, 2, dtype=half)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        s = spectrum(rho, left, right)
        grid = s.grid()
    assert s.coefficients.dtype == grid.values.dtype == torch.float32
    expected = spectrum(rho, left.double(), right.double()).coefficients
    assert laws.relative_error(s.coefficients.double(), expected) < 1e-6


class Faster(Irrep):
    """Turns twice as fast."""

    def _matrix(self, g, dtype):
        return super()._matrix(g @ g, dtype)


@pytest.mark.parametrize(
    ("rho", "shape", "error", "message"),
    [
        (Regular(Cyclic(4)), (2, 4), TypeError, "known on SO2.* and SO3.*, got Cyclic"),
        (Standard(SE2()), (2, 3), TypeError, "got SE2"),
        (Hue(), (2, 3), TypeError, "sum of irreps.*Hue"),
        (Faster(SO2(), 1), (2, 2), TypeError, "sum of irreps"),
        (Irrep(SO3(), 1), (2, 4), ValueError, r"dimension 3.*\(2, 4\)"),
    ],
    ids=["finite", "motions", "hue", "subclass", "dimension"],
)
def test_what_has_no_spectrum(rho, shape, error, message) -> None:
    with pytest.raises(error, match=message):
        spectrum(rho, torch.zeros(shape), torch.zeros(shape))


def test_what_a_spectrum_refuses() -> None:
    rho = Irrep(SO2(), 3)
    s = spectrum(rho, *both(rho))
    with pytest.raises(ValueError, match="exact up to 6 or more, got 5"):
        s.grid(5)
    with pytest.raises(ValueError, match=r"positive, got 0\.0"):
        log_partition(s, 0.0)
    with pytest.raises(TypeError, match=r"function on SO2.* at an element of SO3"):
        s.at(SO3().identity())
    with pytest.raises(ValueError, match=r"one shape, got \(2, 2\) and \(2,\)"):
        spectrum(rho, torch.zeros(2, 2), torch.zeros(2))
    with pytest.raises(ValueError, match=r"\(b dim\).*\(2,\)"):
        pairwise_spectrum(rho, torch.zeros(2, 2), torch.zeros(2))
