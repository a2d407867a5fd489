"""Functions on the sphere and on SO(3): vectors that are moved, and fields that are read in place."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import (
    O3,
    SE2,
    SO2,
    SO3,
    Cyclic,
    Irrep,
    Octahedral,
    RotationFunctions,
    SphereFunctions,
    Standard,
    Translation,
    infinitesimal,
)
from groups.band_limited import BandLimited
from groups.correlation import spectrum
from groups.harmonics import so3_generators
from groups.quadrature import sphere_quadrature
from groups.representation import direct_sum
from groups.strategies import elements
from proofs_check import laws

FUNCTIONS = [
    SphereFunctions(SO3(), 2, 0),
    SphereFunctions(SO3(), 3, 4),
    SphereFunctions(O3(), 2, 3),
    SphereFunctions(Octahedral(reflections=True), 1, 3),
    RotationFunctions(SO3(), 1, 2),
    RotationFunctions(SO3(), 2, 1),
]


@pytest.fixture(scope="session", params=FUNCTIONS, ids=str)
def rho(request: pytest.FixtureRequest) -> BandLimited:
    return request.param


def drawn(rho: BandLimited, *batch: int) -> torch.Tensor:
    return rho.inputs(torch.Size(batch).numel(), torch.Generator().manual_seed(0)).reshape(*batch, rho.dim)


@settings(max_examples=10)
@given(data=st.data())
def test_they_are_representations(rho, data) -> None:
    g, h = (data.draw(elements(rho.group, (3,))) for _ in "gh")
    assert laws.representation_homomorphism(rho, g, h, torch.float64) < 1e-12
    assert laws.matrix_is_action(rho, g, drawn(rho, 3)) < 1e-12
    assert laws.action_identity(rho, drawn(rho, 3)) < 1e-12
    assert (rho.invariants(rho(g, drawn(rho, 3))) - rho.invariants(drawn(rho, 3))).abs().max() < 1e-12


@settings(max_examples=10)
@given(data=st.data())
def test_a_window_of_the_moved_function_is_the_function_at_the_moved_window(rho, data) -> None:
    g, z = data.draw(elements(rho.group, (2, 3))), drawn(rho, 3)
    for cells in {1, len(rho.base_points())}:
        window = rho.region((rho.dim,), cells)
        back = rho.motion(g, torch.float64).mT
        points = window @ back.mT if window.dim() == 2 else back[..., None, :, :] @ window
        read = rho.read(g, z, window)
        assert read.shape == (2, 3, rho.copies, cells)
        assert (read - rho.crop(rho(g, z), window)).abs().max() < 1e-12
        assert (read - rho.evaluate(z, points)).abs().max() < 1e-12
        assert (rho.average(read) - rho.mean(g, z, window)).abs().max() < 1e-12
    if rho.degree and (rho.motion(g, torch.float64) - torch.eye(3, dtype=torch.float64)).abs().max() > 0.1:
        assert (rho.crop(z, window) - read).abs().max() > 1e-3  # the window stays


def test_values_are_those_of_harmonics() -> None:
    """sqrt(3) z is degree 1: linear in the point; copies lie outside of m."""
    f = SphereFunctions(SO3(), 2, 1)
    z = torch.arange(8.0, dtype=torch.float64)  # c x 0e, then c x 1o
    u = torch.eye(3, dtype=torch.float64)
    expected = z[:2, None] + 3**0.5 * z[2:].reshape(2, 3)
    assert laws.relative_error(f.values(z, u), expected) < 1e-12
    wrong = z.reshape(2, 4)  # copy after copy, as some keep them
    other = wrong[:, :1] + 3**0.5 * wrong[:, 1:]
    assert laws.relative_error(f.values(z, u), other) > 0.1


@given(elements(SO3()), elements(SO3(), (5,)))
def test_functions_on_rotations_are_shifted_on_the_left(g, h) -> None:
    f = RotationFunctions(SO3(), 2, 3)
    z = drawn(f)
    assert laws.relative_error(f.values(f(g, z), h), f.values(z, ~g @ h)) < 1e-12
    on_the_right = f.values(z, h @ ~g)
    if SO3().norm(g) > 0.5:
        assert laws.relative_error(f.values(f(g, z), h), on_the_right) > 1e-3


def test_the_inverse_transform(rho) -> None:
    z = drawn(rho, 4)
    values = rho.points(z)
    assert laws.relative_error(rho.from_points(values, (rho.dim,)), z) < 1e-12
    finer = rho.evaluate(z, rho.grid(2 * rho.degree + 3)[0])
    assert laws.relative_error(rho.coefficients(finer, 2 * rho.degree + 3), z) < 1e-12
    energy = (values.square() @ rho.grid()[1]).sum(-1)
    assert laws.relative_error(energy, z.square().sum(-1)) < 1e-12
    if rho.degree:
        assert laws.relative_error(rho.coefficients(values.roll(1, -1)), z) > 0.1


def test_grids_that_are_too_coarse_are_refused_and_would_miss() -> None:
    f = SphereFunctions(SO3(), 1, 4)
    with pytest.raises(ValueError, match="exact up to 8 or more, got 7"):
        f.grid(7)
    with pytest.raises(ValueError, match=r"expects values \(1 45\).*\(1, 44\)"):
        f.coefficients(torch.zeros(1, 44))
    points, weights = sphere_quadrature(7)
    z = drawn(f)
    back = (f.evaluate(z, points) * weights) @ f.basis(points)
    assert laws.relative_error(back[0], z) > 0.01


def test_the_layout_is_that_of_sums_of_irreps() -> None:
    g = SO3().sample(5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for f in (SphereFunctions(SO3(), 2, 3), RotationFunctions(SO3(), 1, 2)):
        degrees = range(f.degree + 1)
        plain = direct_sum(*[rho for l in degrees for rho in f.multiplicity(l) * [Irrep(SO3(), l)]])
        z = drawn(f, 5)
        assert laws.relative_error(f(g, z), plain(g, z)) < 1e-12
        one, other = (spectrum(rho, z, z.roll(1, 0)) for rho in (f, plain))
        assert one.degrees == other.degrees
        assert laws.relative_error(one.coefficients, other.coefficients) < 1e-12
        kept, pooled = f.readings(z)
        assert kept.equal(z)
        assert laws.relative_error(pooled, plain.invariants(z)) < 1e-12
        wrong = direct_sum(*[Irrep(SO3(), l) for _ in range(f.copies) for l in degrees])
        if wrong.dim == f.dim:
            assert laws.relative_error(f(g, z), wrong(g, z)) > 0.1


@pytest.mark.parametrize("seed", [0, 3])
def test_what_is_scrambled_is_no_homomorphism(rho, seed) -> None:
    if rho.degree == 0:
        return
    wrong = rho.scrambled(seed)
    g, h = (rho.group.sample(8, generator=torch.Generator().manual_seed(i)) for i in (1, 2))
    assert laws.action_identity(wrong, drawn(rho, 3)) < 1e-12
    assert laws.representation_homomorphism(wrong, g, h, torch.float64) > 0.1
    assert wrong == rho.scrambled(seed) != rho.scrambled(seed + 1)
    window = rho.region((rho.dim,), 1)
    z = drawn(rho, 8)
    assert (wrong.read(g, z, window) - wrong.crop(wrong(g, z), window)).abs().max() < 1e-6


def test_half_precision_keeps_its_type() -> None:
    f = SphereFunctions(SO3(), 2, 3)
    g, z = SO3().sample(4, dtype=torch.float64), drawn(f, 4)
    for dtype, tolerance in ((torch.bfloat16, 2e-2), (torch.float32, 1e-5)):
        moved = f(g.to(dtype) if dtype == torch.float32 else g, z.to(dtype))
        assert moved.dtype == f.read(g, z.to(dtype), f.region((f.dim,), 3)).dtype == dtype
        assert laws.relative_error(moved.double(), f(g, z)) < tolerance


def test_gradients_flow_to_the_function() -> None:
    f = SphereFunctions(SO3(), 1, 2)
    z = drawn(f, 2).requires_grad_()
    g = SO3().sample(2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda z: f.read(g, z, f.region((9,), 3)), z)
    assert torch.autograd.gradcheck(lambda z: f.read(g, z, f.region((9,), 8)), z)
    f.invariants(torch.zeros(1, 9, requires_grad=True)).sum().backward()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SphereFunctions(SO3(), 0, 2), ValueError, "copies is a whole number from 1, got 0"),
        (lambda: SphereFunctions(SO3(), 1, -1), ValueError, "degree is a whole number from 0, got -1"),
        (lambda: SphereFunctions(SO2(), 1, 1), TypeError, "turns space, such as SO3.*, got SO2"),
        (lambda: SphereFunctions(SE2(), 1, 1), TypeError, "turns space"),
        (lambda: SphereFunctions(Translation(2), 1, 1), TypeError, "turns space"),
        (lambda: SphereFunctions(Cyclic(3), 1, 1), TypeError, "turns space"),
        (lambda: RotationFunctions(O3(), 1, 1), TypeError, "functions on SO3"),
        (lambda: SphereFunctions(SO3(), 1, 2).region((9,), 9), ValueError, "9 points does not fit the 8 base points"),
        (lambda: SphereFunctions(SO3(), 1, 2).cells(16), ValueError, "size in points, not in pixels"),
        (lambda: SphereFunctions(SO3(), 1, 2).crop(torch.zeros(2, 8), torch.eye(3)), ValueError, "9 coefficients"),
        (lambda: SphereFunctions(SO3(), 1, 2)(SO3().identity(), torch.zeros(8)), ValueError, "9 coefficients"),
        (
            lambda: SphereFunctions(SO3(), 1, 2).take_fibre(torch.zeros(1, 1, 3), 2),
            TypeError,
            "fibres that are copies of a regular",
        ),
    ],
)
def test_what_is_refused(make, error, message) -> None:
    with pytest.raises(error, match=message):
        make()


def test_standard_vectors_are_functions_of_degree_one() -> None:
    g, x = SO3().sample(3, dtype=torch.float64), torch.randn(3, 3, dtype=torch.float64)
    f = SphereFunctions(SO3(), 1, 1)
    z = torch.nn.functional.pad(x, (1, 0))
    assert laws.relative_error(f(g, z)[:, 1:], Standard(SO3())(g, x)) < 1e-12


def test_how_functions_start_to_move() -> None:
    """d rho(v) is the algebra's representation: v . J on each degree, also where |v| is not smooth."""
    f, v = SphereFunctions(SO3(), 2, 3), torch.tensor([0.3, -0.2, 0.9], dtype=torch.float64)
    z = drawn(f)
    expected = [part @ (v @ torch.as_tensor(so3_generators(l)).transpose(0, 1)).mT for l, part in enumerate(f.parts(z))]
    moving = infinitesimal(f, v, z)
    assert laws.relative_error(moving, torch.cat([part.flatten() for part in expected])) < 1e-12
    assert laws.relative_error(-moving, torch.cat([part.flatten() for part in expected])) > 1
