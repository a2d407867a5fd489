"""Sounds along the pitch axis: features of a transposed spectrogram beside transposed features of the spectrogram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from groups import Element
from homossl.data.sound.axes import SpectrogramAxes
from homossl.encoders import Encoder
from homossl.report.drawing import LEFT, RIGHT, panels, styled
from homossl.report.fields import both_fields, distance


@styled()
def pitch_axis(encoders: Mapping[str, Encoder], x: Tensor, g: Element, axes: SpectrogramAxes) -> Figure:
    """One row for each encoder: x, g x, f(g x) and g f(x) of one channel, and both summed over time; x: (1 f t), g: ().

    The curves lie on each other where f is a homomorphism.
    """
    figure, grid = panels(len(encoders), 5, (8.6, 2.3 * len(encoders) + 0.3))
    for row, (name, encoder) in zip(grid, encoders.items(), strict=True):
        encoded, moved = both_fields(encoder, x, g)
        channel = encoded.flatten(1).var(1).argmax()
        pictures = {"x": x[0], "gx": encoder.action_in(g, x)[0], "f(gx)": encoded[channel], "g f(x)": moved[channel]}
        for axis, (title, values) in zip(row, pictures.items(), strict=False):
            _spectrogram(axis, title, values, axes)
        _curves(row[-1], encoded[channel], moved[channel], axes)
        row[-1].set_title(f"miss {distance(encoded, moved):.2g}")
        row[0].set_ylabel(f"{name}\npitch (semitones)")
    figure.suptitle(_described(axes.told(g)), fontsize=10)
    return figure


def _spectrogram(axis: Axes, title: str, values: Tensor, axes: SpectrogramAxes) -> None:
    extent: Any = (0, axes.frames * axes.seconds, 0, axes.bins * axes.semitones)
    axis.imshow(values, origin="lower", aspect="auto", extent=extent, cmap="PuBu", vmin=0)
    axis.set(title=title, xlabel="s")


def _curves(axis: Axes, encoded: Tensor, moved: Tensor, axes: SpectrogramAxes) -> None:
    pitch = (torch.arange(len(encoded)) + 0.5) * axes.bins * axes.semitones / len(encoded)
    for values, label, colour, width in ((encoded, "f(gx)", LEFT, 4.0), (moved, "g f(x)", RIGHT, 1.2)):
        axis.plot(values.sum(1), pitch, color=colour, linewidth=width, alpha=0.7, label=label)
    axis.set(xlabel="sum over time", ylim=(0, axes.bins * axes.semitones))
    axis.legend(fontsize=7)


def _described(told: Tensor) -> str:
    seconds, semitones = told.tolist()
    return f"g: {seconds:+.2f} s, {semitones:+.1f} semitones".replace("-", "−")
