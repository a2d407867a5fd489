"""The two views as feature fields: the features of a moved image against the moved features of the image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from einops import rearrange
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from groups import Element, FieldAction
from homossl.encoders import Encoder
from homossl.evaluate import frozen
from homossl.report.drawing import RIGHT, bare, blank, styled
from homossl.report.geometry import describe
from homossl.views import Window


@styled()
def views_as_fields(encoders: Mapping[str, Encoder], x: Tensor, g: Element, window: Window) -> Figure:
    """Two rows for each encoder, f(g x) and g f(x), one column for each point of a fibre; x: (c h w), g: ()."""
    figure = blank((8.6, 2.7 * len(encoders)))
    parts = figure.subfigures(len(encoders), squeeze=False)[:, 0]
    for part, (name, encoder) in zip(parts, encoders.items(), strict=True):
        action = _field_action(encoder)
        encoded, moved = both_fields(encoder, x, g)
        miss = f"|f(gx) − g f(x)| / |f(gx)| = {distance(encoded, moved):.2g}"
        part.suptitle(f"{name}, g = {describe(g)}: {miss}", fontsize=10)
        axes = part.subplots(2, action.regular_order, squeeze=False)
        _rows(axes, strongest_field(encoded, moved, action.regular_order), window, action)
    return figure


def both_fields(encoder: Encoder, x: Tensor, g: Element) -> tuple[Tensor, Tensor]:
    """f(g x) and g f(x), each (c h w), equal where f is a homomorphism."""
    with frozen(encoder):  # type: ignore[arg-type]
        return encoder(encoder.action_in(g, x)[None])[0], encoder.action_out(g, encoder(x[None]))[0]


def distance(encoded: Tensor, moved: Tensor) -> float:
    """|f(g x) - g f(x)| / |f(g x)|."""
    return ((encoded - moved).norm() / encoded.norm()).item()


def strongest_field(encoded: Tensor, moved: Tensor, order: int) -> Tensor:
    """The regular field that varies most, of both, (2 g h w)."""
    fields = rearrange([encoded, moved], "v (c g) h w -> c v g h w", g=order)
    return fields[fields[:, 0].flatten(1).var(1).argmax()]


def _rows(axes: np.ndarray, pair: Tensor, window: Window, action: FieldAction) -> None:
    top = pair.max().item() or 1.0
    for row, label, field in zip(axes, ("f(gx)", "g f(x)"), pair, strict=True):
        row[0].set_ylabel(label)
        for axis, values in zip(row, field, strict=True):
            axis.imshow(values, cmap="PuBu", vmin=0, vmax=top)
            _outline(axis, window, action, *values.shape)
            bare(axis)


def _outline(axis: Axes, window: Window, action: FieldAction, h: int, w: int) -> None:
    rows, columns = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    cells = replace(window, mean=False)
    top, left = (cells.crop(action, c.expand(action.fibre.dim, h, w))[0] for c in (rows, columns))
    corner = left.min().item() - 0.5, top.min().item() - 0.5
    axis.add_patch(Rectangle(corner, left.shape[1], left.shape[0], fill=False, edgecolor=RIGHT, linewidth=1.5))


def _field_action(encoder: Encoder) -> FieldAction:
    if not isinstance(encoder.action_out, FieldAction):
        raise TypeError(f"feature fields are moved by a FieldAction, got {encoder.action_out}")
    return encoder.action_out
