"""The cost curves over the order of a group, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from homossl.report import Curve
from homossl.report.curves import draw_curve
from homossl.report.drawing import GREY, styled, tiled
from homossl.report.layers import COLOURS

SLOPES = (1, 2)


@styled()
def picture(orders: Sequence[int], seconds: Mapping[str, Sequence[Sequence[float]]]) -> Figure:
    """One panel for each curve: means over rounds, bands from the least to the greatest, and slopes of 1 and 2."""
    figure, axes = tiled(len(seconds), 2.5, sharex=True)
    x = torch.tensor(orders, dtype=torch.float64)
    for axis, (name, rounds) in zip(axes, seconds.items(), strict=True):
        y = 1e3 * torch.tensor(rounds, dtype=torch.float64)
        for slope in SLOPES:
            axis.plot(x, y.mean(0)[0] * (x / x[0]) ** slope, color=GREY, linewidth=0.8, linestyle="--")
        draw_curve(axis, Curve(name, COLOURS[0], x, y), marker="o")
        axis.set(xscale="log", yscale="log", title=name, ylim=(y.min() / 2, 4 * y.max()))
        axis.set_xticks(x.tolist(), [str(order) for order in orders])
        axis.xaxis.set(minor_locator=NullLocator(), minor_formatter=NullFormatter())
    figure.supxlabel("|G|", fontsize=9)
    figure.supylabel("ms", fontsize=9)
    return figure
