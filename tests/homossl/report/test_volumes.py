"""Pictures of voxels and their features."""

from __future__ import annotations

import pytest
import torch

from groups import Cyclic, Octahedral
from homossl.data import Solids, Voxels
from homossl.encoders import CNN, VoxelCNN
from homossl.report.drawing import pixels
from homossl.report.volumes import VolumeOrbit, volume_orbit_picture

O = Octahedral()


def orbit(structure: str) -> VolumeOrbit:
    x = Voxels(Solids(points=300, test=1, turned=False, classes=("cone",)), size=5).load("test").x[0]
    encoder = VoxelCNN(fields=(1,), steps=(2,), structure=structure).on(O, (1, 5, 5, 5))  # type: ignore[arg-type]
    return VolumeOrbit.of(encoder, x, O.elements()[[0, 1, 10]])


def test_features_turn_with_the_voxels_and_untied_ones_do_not() -> None:
    orbits = {"steerable": orbit("steerable"), "untied": orbit("plain")}
    assert orbits["steerable"].residual < 1e-5
    assert orbits["untied"].residual > 0.1
    encoded, predicted = orbits["steerable"].strongest()
    assert encoded.shape == (3, 3, 3, 3)
    assert encoded.sub(predicted).abs().max() < 1e-5
    figure = volume_orbit_picture(orbits)
    assert len(figure.axes) == 15
    assert figure.axes[0].images[0].get_array().shape == (5, 5)  # type: ignore[union-attr]
    assert pixels(figure, 40)[:4] == b"\x89PNG"


def test_what_has_no_voxels_is_refused() -> None:
    encoder = CNN(fields=(1,), steps=(1,)).build(Cyclic(4), 1, 5)
    with pytest.raises(TypeError, match="features that a VolumeAction moves"):
        VolumeOrbit.of(encoder, torch.zeros(1, 5, 5), Cyclic(4).elements())
