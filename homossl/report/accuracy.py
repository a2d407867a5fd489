"""Accuracies: every seed a dot, every arm an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from homossl.report.drawing import panels, styled
from homossl.report.statistics import interval

Arms = Mapping[str, Sequence[float]]
"""Accuracy in percent of each seed, by arm."""


@styled()
def accuracy_dots(protocols: Mapping[str, Arms], colours: Mapping[str, str]) -> Figure:
    """One panel for each protocol, one line for each arm, the first on top."""
    rows = len(colours)
    figure, axes = panels(1, len(protocols), (8.6, 0.9 + 0.36 * rows), sharey=True)
    for axis, (protocol, arms) in zip(axes[0], protocols.items(), strict=True):
        for row, (arm, values) in enumerate(arms.items()):
            _draw(axis, row, values, colours[arm])
        axis.set(xlabel="test accuracy (%)", title=protocol)
        axis.grid(axis="x", color="#e4e7eb", linewidth=0.8)
        axis.set_axisbelow(True)
    axes[0, 0].set_yticks(range(rows), list(colours))
    axes[0, 0].set_ylim(rows - 0.5, -0.5)
    return figure


def _draw(axis: Axes, row: int, values: Sequence[float], colour: str) -> None:
    mean = interval(values)
    axis.plot(values, [row] * len(values), "o", color=colour, alpha=0.4, markersize=5, markeredgewidth=0)
    axis.errorbar(mean.mean, row, xerr=mean.half, fmt="|", color=colour, markersize=13, linewidth=1.6, capsize=0)
