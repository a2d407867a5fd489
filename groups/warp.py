"""Reading an image or a feature map at moved points: gathered where they fall on pixels, interpolated elsewhere."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from groups import host
from groups.affine import from_homogeneous

Padding = Literal["zeros", "border", "circular"]
Window = tuple[slice, slice]
Lines = tuple[Tensor, Tensor]
"""Points (row, column) of a grid, place[:, i] + step[:, j], (*batch 2 k) and (*batch 2 l), with step[:, 0] = 0."""
WHOLE: Window = (slice(None), slice(None))
ON_PIXEL = 1e-3


def central(h: int, w: int, rows: int, columns: int) -> Window:
    """The rows x columns pixels at the centre of an h x w grid; above and left of it where it falls between pixels."""
    top, left = (h - rows) // 2, (w - columns) // 2
    return slice(top, top + rows), slice(left, left + columns)


def source_lines(inverse: Tensor, h: int, w: int, window: Window = WHOLE) -> Lines:
    """Where each pixel of the moved image comes from, (*batch 3 3) -> (*batch 2 k), (*batch 2 l).

    The matrix moves points (x, y), in pixels from the centre, y up.
    """
    rows, columns = range(h)[window[0]], range(w)[window[1]]
    y = (h - 1) / 2 - torch.arange(rows.start, rows.stop, rows.step, dtype=inverse.dtype, device=inverse.device)
    right = torch.arange(0, len(columns) * columns.step, columns.step, dtype=inverse.dtype, device=inverse.device)
    a, b, c, d, s, t = from_homogeneous(inverse)[..., None].unbind(-2)
    left = columns.start - (w - 1) / 2
    place = (h - 1) / 2 - t - c * left - d * y, (w - 1) / 2 + s + a * left + b * y
    return torch.stack(place, dim=-2), torch.stack([-c * right, a * right], dim=-2)


def source_points(inverse: Tensor, h: int, w: int, window: Window = WHOLE) -> Tensor:
    """Where each pixel of the moved image comes from, (row, column): (*batch 3 3) -> (*batch k l 2)."""
    return _points(source_lines(inverse, h, w, window))


def pixel_index(points: Tensor, h: int, w: int, padding: Padding) -> tuple[Tensor, Tensor]:
    """Integer points (*batch k l 2) of an h x w grid as places in its flat, padded pixels, and which lie inside."""
    row, column = points.round().long().unbind(-1)
    inside = (row >= 0) & (row < h) & (column >= 0) & (column < w)
    if padding == "circular":
        return row.remainder(h) * w + column.remainder(w), inside
    return row.clamp(0, h - 1) * w + column.clamp(0, w - 1), inside


def within(points: Tensor, shape: tuple[int, ...], inset: float = -ON_PIXEL) -> Tensor:
    """Which points (*batch 2) lie on a grid (... h w), at least `inset` cells from its outermost ones."""
    last = points.new_tensor(shape[-2:]) - 1
    return ((points >= inset) & (points <= last - inset)).all(-1)


def gather(x: Tensor, points: Tensor, padding: Padding) -> Tensor:
    """Pixels at integer points, exactly: x (*batch c h w), points (*batch k l 2) -> (*batch c k l).

    Pixels are copied whole, with all their channels, and x is not expanded: many views share one gradient buffer.
    """
    c, h, w = x.shape[-3:]
    index, inside = pixel_index(points, h, w, padding)
    first = h * w * torch.arange(x.shape[:-3].numel(), device=x.device).reshape(*x.shape[:-3], 1, 1)
    place = index + first
    pixels = x.movedim(-3, -1).reshape(-1, c).index_select(0, place.flatten()).reshape(*place.shape, c)
    return (pixels.where(inside[..., None], pixels.new_zeros(())) if padding == "zeros" else pixels).movedim(-1, -3)


def sampling_grid(lines: Lines, h: int, w: int, padding: Padding) -> Tensor:
    """Points of an h x w grid as torch's grid_sample counts them, (x, y) in [-1, 1]: (*batch k l 2)."""
    (place, step), middle = lines, 0.0 if padding == "circular" else 0.5
    scale = torch.stack([place.new_full((1,), 2 / side) for side in (h, w)])
    grid = _points(((scale * (place + middle) - 1).flip(-2), (scale * step).flip(-2)))
    return (grid + 1).remainder(2) - 1 if padding == "circular" else grid


def sample(x: Tensor, grid: Tensor, padding: Padding, mode: Literal["bilinear", "nearest"] = "bilinear") -> Tensor:
    """Values at any points: x (b c h w), grid (b k l 2) -> (b c k l)."""
    torus = padding == "circular"
    pixels = (_close(x) if torus else x).to(grid.dtype)
    return F.grid_sample(pixels, grid, mode, "border" if torus else padding, align_corners=torus).to(x.dtype)


def warp(x: Tensor, inverse: Tensor, padding: Padding, window: Window = WHOLE) -> Tensor:
    """Bilinear values of the moved image; motions within ON_PIXEL of the lattice copy pixels, and so are exact.

    There the values do not depend on the motion: its gradient is zero.
    """
    batch = torch.broadcast_shapes(inverse.shape[:-2], x.shape[:-3])
    x = x.expand(*batch, *x.shape[-3:]).reshape(-1, *x.shape[-3:])
    lines = source_lines(inverse.expand(*batch, 3, 3).reshape(-1, 3, 3), x.shape[-2], x.shape[-1], window)
    grid = sampling_grid(lines, x.shape[-2], x.shape[-1], padding)
    values, on_pixels = sample(x, grid, padding), _offset(lines) < ON_PIXEL
    if not host.at_hand(on_pixels) or on_pixels.any():
        values = host.changed(values, on_pixels, lambda _, x, grid: sample(x, grid, padding, "nearest"), x, grid)
    return values.reshape(*batch, *values.shape[1:])


def _points(lines: Lines) -> Tensor:
    """Every place with every step, (*batch k l 2)."""
    place, step = lines
    return (place[..., None] + step[..., None, :]).movedim(-3, -1)


def _offset(lines: Lines) -> Tensor:
    """The greatest distance of a coordinate from a whole number, (*batch)."""
    place, step = (part - part.round() for part in lines)
    above, below = place.amax(-1) + step.amax(-1), place.amin(-1) + step.amin(-1)
    return above.maximum(-below).amax(-1)


def _close(x: Tensor) -> Tensor:
    """The first row and column once more, after the last."""
    x = torch.cat([x, x[..., :1, :]], dim=-2)
    return torch.cat([x, x[..., :1]], dim=-1)
