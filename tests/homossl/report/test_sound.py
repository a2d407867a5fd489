"""The picture of the pitch axis: the miss that it states is that of the encoder."""

from __future__ import annotations

import torch

from groups import Torus
from homossl.data.sound import SpectrogramAxes
from homossl.encoders import ShiftCNN
from homossl.report.drawing import svg
from homossl.report.sound import pitch_axis

AXES = SpectrogramAxes(bins=12, frames=8, seconds=0.05, semitones=1.5)


def picture(structure):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = ShiftCNN(structure, widths=(4, 4), steps=(1, 1)).on(Torus(12, 8), (1, 12, 8))
    x = torch.rand(1, 12, 8, generator=torch.Generator().manual_seed(0))
    return pitch_axis({structure: encoder}, x, AXES.shift(AXES.torus, 0.1, -3.0), AXES)


def misses(figure) -> list[float]:
    titles = [axis.get_title() for axis in figure.axes]
    return [float(title.split()[-1]) for title in titles if title.startswith("miss")]


def test_the_curves_of_an_equivariant_encoder_lie_on_each_other() -> None:
    figure = picture("steerable")
    assert misses(figure)[0] < 1e-6
    assert "−3.0 semitones" in figure.get_suptitle()
    assert svg(figure, "the pitch axis").startswith("<svg")


def test_control_without_structure_they_do_not() -> None:
    assert misses(picture("plain"))[0] > 0.1
