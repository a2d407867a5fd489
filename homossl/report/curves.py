"""Training curves: one line for each arm, with a band over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from homossl.report.drawing import styled, tiled


@dataclass(frozen=True)
class Curve:
    """A quantity of one arm over training, x: (n) in epochs, y: (seeds n)."""

    name: str
    colour: str
    x: Tensor
    y: Tensor


@styled()
def training_curves(quantities: Mapping[str, Sequence[Curve]]) -> Figure:
    """One panel for each quantity; lines are means over seeds, bands reach from the least to the greatest seed."""
    figure, axes = tiled(len(quantities), 3.1)
    for axis, (quantity, curves) in zip(axes, quantities.items(), strict=True):
        for curve in curves:
            draw_curve(axis, curve)
        axis.set(xlabel="epoch", ylabel=quantity, xlim=(0, None))
    label_curves(figure, axes)
    return figure


def draw_curve(axis: Axes, curve: Curve, marker: str = "") -> None:
    """The line and the band of a curve; a curve of one point is a dot."""
    x, y = np.asarray(curve.x), np.asarray(curve.y)
    marker = marker if len(x) > 1 else "o"
    axis.fill_between(x, y.min(0), y.max(0), color=curve.colour, alpha=0.18, linewidth=0)
    axis.plot(x, y.mean(0), marker=marker, color=curve.colour, linewidth=1.6, label=curve.name, markersize=3)


def label_curves(figure: Figure, axes: Sequence[Axes], columns: int = 5) -> None:
    """One legend for all panels, in which curves of one name are one entry."""
    found = [axis.get_legend_handles_labels() for axis in axes]
    entries = {name: handle for handles, names in found for handle, name in zip(handles, names, strict=True)}
    if entries:
        figure.legend(entries.values(), entries, loc="outside upper left", ncols=min(len(entries), columns))
