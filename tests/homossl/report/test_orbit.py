from __future__ import annotations

import pytest
import torch

from groups import Cyclic
from homossl.encoders import CNN, Encoder
from homossl.report import Orbit, orbit_picture, svg

C4 = Cyclic(4)


def encoder(structure, group=C4) -> Encoder:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return CNN(structure=structure, fields=(2, 2), steps=(1, 2)).build(group, 1, 9)


def image() -> torch.Tensor:
    return torch.rand(1, 9, 9, generator=torch.Generator().manual_seed(0))


def test_structure_closes_the_orbit() -> None:
    assert Orbit.of(encoder("steerable"), image(), C4.elements(), angles=16).residual < 1e-5


def test_without_structure_it_is_scrambled() -> None:
    assert Orbit.of(encoder("plain"), image(), C4.elements(), angles=16).residual > 0.5


def test_shuffled_turns_are_seen() -> None:
    """The latent action of another turn than the image's does not close the orbit either."""
    orbit = Orbit.of(encoder("steerable"), image(), C4.elements(), angles=16)
    assert Orbit(orbit.encoded, orbit.predicted.roll(1, 0)).residual > 0.1


def test_images_come_round() -> None:
    """Sectors meet: the last angle of each is the first of the next, whatever the encoder."""
    orbit = Orbit.of(encoder("plain"), image(), C4.elements(), angles=16)
    assert orbit.encoded.shape[:2] == (4, 5)
    torch.testing.assert_close(orbit.encoded[:, -1], orbit.encoded.roll(-1, 0)[:, 0], atol=1e-4, rtol=1e-4)


def test_principal_plane() -> None:
    """Points of a plane keep their distances in it."""
    flat = torch.randn(4, 5, 2, generator=torch.Generator().manual_seed(0))
    orbit = Orbit(flat @ torch.eye(2, 7), (flat + 1) @ torch.eye(2, 7))
    plane = orbit.plane()
    assert plane.residual == pytest.approx(orbit.residual, rel=1e-5)
    torch.testing.assert_close(torch.cdist(plane.encoded, plane.predicted), torch.cdist(orbit.encoded, orbit.predicted))


def test_encoder_is_left_in_its_mode() -> None:
    e = encoder("steerable").train()
    Orbit.of(e, image(), C4.elements(), angles=4)
    assert all(module.training for module in e.modules())


def test_picture() -> None:
    orbits = {kind: [Orbit.of(encoder(kind), image(), C4.elements(), angles=8)] * 2 for kind in ("steerable", "plain")}
    figure = orbit_picture(orbits, dict.fromkeys(orbits, "#d55e00"))
    assert len(figure.axes) == 4
    assert svg(figure, "orbits").startswith("<svg")
