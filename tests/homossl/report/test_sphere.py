from __future__ import annotations

import pytest
import torch

from groups import SO3, Cyclic, SphereFunctions, Standard
from groups.correlation import spectrum, symmetries
from groups.harmonics import spherical_harmonics
from groups.quadrature import euler
from homossl.encoders import CNN, Encoder
from homossl.encoders.points import TensorFieldNetwork
from homossl.report import SphereOrbit, correlation_picture, sphere_orbit_picture, svg
from homossl.report.rotations import euler_of
from homossl.report.sphere import SIDE, ball

TURNS = SO3().exp(torch.linspace(0, 1, 3)[:, None] * torch.tensor([0.5, 0.0, 1.0]))


def encoder(structure: str) -> Encoder:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return TensorFieldNetwork(structure, copies=2, latent=2, layers=0).on(SO3(), (12, 3))  # type: ignore[arg-type]


def orbit(structure: str) -> SphereOrbit:
    return SphereOrbit.of(encoder(structure), torch.randn(12, 3, generator=torch.Generator().manual_seed(0)), TURNS)


def test_structure_makes_the_function_turn_with_the_cloud() -> None:
    assert orbit("steerable").residual < 1e-5
    assert orbit("plain").residual > 0.5


def test_the_function_of_another_turn_is_seen() -> None:
    seen = orbit("steerable")
    assert SphereOrbit(seen.clouds, seen.encoded, seen.predicted.roll(1, 0), seen.action).residual > 0.1


def test_a_ball_is_seen_from_the_front() -> None:
    """The function u -> z is bright above, x to the right, and -y in the middle."""
    action = SphereFunctions(SO3(), 1, 1)
    axes = torch.nn.functional.pad(torch.eye(3, dtype=torch.float64), (1, 0))
    x, y, z = ball(action, axes)[:, 0]
    middle = SIDE // 2
    assert x[middle, -3] > 1.5 > -1.5 > x[middle, 3]
    assert z[3, middle] > 1.5 > -1.5 > z[-3, middle]
    assert y[middle, middle] < -1.7
    assert x[0, 0].isnan()


def test_angles_of_rotations() -> None:
    """a is the longitude to which the north pole goes, 90 degrees - b its latitude."""
    a, b, c = (torch.tensor(v, dtype=torch.float64) for v in ([0.3, -2.0], [0.4, 2.5], [1.0, -0.2]))
    turns = euler(a, b, c)
    first, latitude, last = euler_of(turns)
    grid = torch.meshgrid(a, torch.pi / 2 - b, c, indexing="ij")
    for seen, expected in zip((first, latitude, last), grid, strict=True):
        assert (seen - expected).abs().max() < 1e-12
    pole = Standard(SO3())(turns, torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64))
    assert (torch.atan2(pole[..., 1], pole[..., 0]) - first).abs().max() < 1e-12
    first, latitude, last = euler_of(SO3().exp(torch.tensor([[0.0, 0.0, 0.7]])))
    assert (first.item(), latitude.item(), last.item()) == pytest.approx((0.7, torch.pi / 2, 0.0))


def test_pictures() -> None:
    figure = sphere_orbit_picture({kind: orbit(kind) for kind in ("steerable", "plain")})
    assert len(figure.axes) == 5 * 3
    assert svg(figure, "functions on the sphere").startswith("<svg")
    rho = SphereFunctions(SO3(), 1, 3)
    corners = torch.tensor([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=torch.float64)
    z = spherical_harmonics(3, corners / 3**0.5).mean(0)
    figure = correlation_picture({"tetrahedron": (spectrum(rho, z, z), symmetries(rho, z))}, resolution=6)
    assert figure.axes[0].get_title() == "tetrahedron: 12 marked"


def test_fields_on_the_plane_are_refused() -> None:
    with pytest.raises(TypeError, match="features that are SphereFunctions, got FieldAction"):
        SphereOrbit.of(CNN(fields=(2,), steps=(1,)).build(Cyclic(4), 1, 5), torch.zeros(1, 5, 5), TURNS)
