"""Training curves: one line for each arm, with a band over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from homossl.report.drawing import panels, styled


@dataclass(frozen=True)
class Curve:
    """A quantity of one arm over training, x: (n) in epochs, y: (seeds n)."""

    name: str
    colour: str
    x: Tensor
    y: Tensor


@styled()
def training_curves(quantities: dict[str, Sequence[Curve]]) -> Figure:
    """One panel for each quantity; lines are means over seeds, bands reach from the least to the greatest seed."""
    figure, axes = panels(1, len(quantities), (8.6, 3.1))
    for axis, (quantity, curves) in zip(axes[0], quantities.items(), strict=True):
        for curve in curves:
            _draw(axis, curve)
        axis.set(xlabel="epoch", ylabel=quantity, xlim=(0, None))
    _label(figure, axes[0, 0])
    return figure


def _draw(axis: Axes, curve: Curve) -> None:
    x, y = np.asarray(curve.x), np.asarray(curve.y)
    axis.fill_between(x, y.min(0), y.max(0), color=curve.colour, alpha=0.18, linewidth=0)
    axis.plot(x, y.mean(0), color=curve.colour, linewidth=1.6, label=curve.name)


def _label(figure: Figure, axis: Axes) -> None:
    handles, names = axis.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=len(names))
