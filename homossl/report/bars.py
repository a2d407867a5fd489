"""Error budgets: the parts of each residual as bars."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from homossl.report.drawing import GREY, panels, styled

COLOURS = {"interpolation": "#56b4e9", "border": "#009e73", "filter sampling": "#e69f00", "left": "#d55e00"}
"""Of the parts of a budget; others are grey."""
HEIGHT = 0.8


@styled()
def budget_bars(budgets: Mapping[str, Mapping[str, float]]) -> Figure:
    """One group of bars for each budget, the first on top: the size of each part, |V| / |f(x)|, by its name.

    >>> _ = budget_bars({"33 x 33": {"interpolation": 0.03, "left": 0.002}})

    Raises:
        ValueError: there are no budgets.
    """
    if not budgets:
        raise ValueError("budget_bars needs at least one budget, got none")
    parts = list(dict.fromkeys(part for budget in budgets.values() for part in budget))
    figure, axes = panels(1, 1, (8.6, 0.9 + 0.22 * len(parts) * len(budgets)))
    axis = axes[0, 0]
    for i, part in enumerate(parts):
        _draw(axis, i / len(parts), HEIGHT / len(parts), part, budgets)
    axis.set_yticks(range(len(budgets)), list(budgets))
    axis.set(xlabel="size of the part, relative to the features", ylim=(len(budgets) - 0.5, -0.5))
    axis.margins(x=0.12)
    figure.legend(*axis.get_legend_handles_labels(), loc="outside upper left", ncols=len(parts))
    return figure


def _draw(axis: Axes, start: float, height: float, part: str, budgets: Mapping[str, Mapping[str, float]]) -> None:
    rows = [row - HEIGHT / 2 + HEIGHT * start + height / 2 for row in range(len(budgets))]
    sizes = [budget.get(part, 0.0) for budget in budgets.values()]
    bars = axis.barh(rows, sizes, height=0.85 * height, color=COLOURS.get(part, GREY), label=part)
    axis.bar_label(bars, labels=[f"{size:.2g}" for size in sizes], padding=3, color=GREY, fontsize=8)
