"""A quantity over the angle of a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure

from homossl.report.drawing import blank, styled
from homossl.report.layers import COLOURS

Curves = Mapping[str, tuple[Sequence[float], Sequence[float]]]
"""Angles in radians, and a value for each, by the name of the curve."""


@styled()
def polar(curves: Curves) -> Figure:
    """Closed curves around the circle: angle 0 to the right and positive ones anticlockwise, zero in the centre."""
    figure = blank((6.4, 4.6))
    axis = figure.add_subplot(projection="polar")
    for colour, (name, (angles, values)) in zip(cycle(COLOURS), curves.items(), strict=False):
        axis.plot(*_closed(angles, values), "o-", color=colour, label=name, linewidth=1.6, markersize=4)
    axis.set_ylim(0, None)
    axis.grid(color="#e4e7eb", linewidth=0.8)
    figure.legend(loc="outside right upper")
    return figure


def _closed(angles: Sequence[float], values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    turned = np.remainder(angles, 2 * np.pi)
    order = np.append(np.argsort(turned, kind="stable"), np.argmin(turned))
    return np.append(turned[order[:-1]], turned[order[-1]] + 2 * np.pi), np.asarray(values)[order]
