"""The two views as pixels: moved images under one window, or one image under two moved windows."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from torch import Tensor

from groups import Action, Element
from homossl.report.drawing import LEFT, RIGHT, panels, styled
from homossl.report.geometry import copies, describe, move_points


@styled()
def views_as_pixels(x: Tensor, g: Element, action: Action, corners: Tensor) -> Figure:
    """One column for each image x: (n c h w), moved by pairs g: (2 n); corners: (k 2) outline the window, in pixels.

    Rows: x with the windows g1^-1 B and g2^-1 B, which H-SSL compares; g1 x and g2 x with B, which A-SSL compares.
    """
    moved = action(g, x)
    figure, axes = panels(3, len(x), (8.6, 8.6 / len(x) * 3 + 0.5))
    for i in range(len(x)):
        places = [copies(g.group, move_points(~g[side, i], corners)) for side in (0, 1)]
        _image(axes[0, i], x[i], dict(zip((LEFT, RIGHT), places, strict=True)))
        _image(axes[1, i], moved[0, i], {LEFT: corners[None]}, describe(g[0, i]))
        _image(axes[2, i], moved[1, i], {RIGHT: corners[None]}, describe(g[1, i]))
    for axis, label in zip(axes[:, 0], ("x, two windows", "g₁x, one window", "g₂x, one window"), strict=True):
        axis.set_ylabel(label)
    return figure


def _image(axis: Axes, x: Tensor, windows: dict[str, Tensor], title: str = "") -> None:
    (c, h, w), values = x.shape, np.asarray(x.movedim(0, -1).clamp(0, 1))
    box = -w / 2, w / 2, -h / 2, h / 2
    axis.imshow(values if c == 3 else values[..., 0], cmap="gray_r", vmin=0, vmax=1, extent=box)
    for colour, points in [(colour, points) for colour, outlines in windows.items() for points in outlines]:
        axis.add_patch(Polygon(np.asarray(points), fill=False, edgecolor=colour, linewidth=2))
    axis.set(xlim=box[:2], ylim=box[2:], xticks=[], yticks=[])
    axis.set_title(title, fontsize=8)
    axis.spines[:].set_visible(True)
