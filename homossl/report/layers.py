"""Quantities over the depth of a network: one line for each, one place for each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure

from homossl.report.drawing import panels, styled

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8f98")
"""Okabe and Ito's, for curves that have no colour of their own, and a grey."""
FLOOR = 1e-16
"""Where zero is drawn on a logarithmic axis."""


@styled()
def layer_curves(curves: Mapping[str, Sequence[float]], names: Sequence[str], label: str) -> Figure:
    """Curves over layers, each with one value for each name, on a logarithmic axis."""
    figure, axes = panels(1, 1, (8.6, 3.8))
    axis, places = axes[0, 0], range(len(names))
    for (curve, values), colour in zip(curves.items(), cycle(COLOURS), strict=False):
        axis.plot(places, np.maximum(values, FLOOR), "o-", color=colour, label=curve, linewidth=1.6, markersize=4)
    axis.set(yscale="log", ylabel=label)
    axis.set_xticks(places, names, rotation=45, ha="right")
    axis.grid(axis="y", color="#e4e7eb", linewidth=0.8)
    figure.legend(loc="outside upper left", ncols=5)
    return figure
