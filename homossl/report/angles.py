"""Angles to backpropagation over training: one panel for each arm, one line for each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from homossl.report.curves import Curve, draw_curve, label_curves
from homossl.report.drawing import GREY, styled, tiled


@styled()
def angle_curves(arms: Mapping[str, Sequence[Curve]]) -> Figure:
    """Angles in degrees, all panels on the same axes, with a dashed line at 90."""
    figure, axes = tiled(len(arms), 3.0, sharex=True, sharey=True)
    for axis, (arm, curves) in zip(axes, arms.items(), strict=True):
        axis.axhline(90, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
        for curve in curves:
            draw_curve(axis, curve, "o")
        axis.set_title(arm, loc="left")
    _scale(axes, [float(curve.y.max()) for curves in arms.values() for curve in curves])
    label_curves(figure, axes, columns=6)
    return figure


def _scale(axes: Sequence[Axes], seen: Sequence[float]) -> None:
    """Degrees in steps of 30, up to what is seen and beyond 90."""
    top = max(100, 5 + max(seen, default=0))
    axes[0].set(xlim=(0, None), ylim=(-3, top), yticks=range(0, int(top) + 1, 30))
    for axis in axes:
        axis.set_xlabel("epoch")
        axis.tick_params(labelbottom=True)
        if axis.get_subplotspec().is_first_col():  # type: ignore[union-attr]
            axis.set_ylabel("angle to backprop (°)")
