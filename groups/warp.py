"""Reading an image or a feature map at moved points: gathered where they fall on pixels, interpolated elsewhere."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from groups.affine import from_homogeneous

Padding = Literal["zeros", "border", "circular"]
Window = tuple[slice, slice]
WHOLE: Window = (slice(None), slice(None))
ON_PIXEL = 1e-3


def central(h: int, w: int, rows: int, columns: int) -> Window:
    """The rows x columns pixels at the centre of an h x w grid; above and left of it where it falls between pixels."""
    top, left = (h - rows) // 2, (w - columns) // 2
    return slice(top, top + rows), slice(left, left + columns)


def source_points(inverse: Tensor, h: int, w: int, window: Window = WHOLE) -> Tensor:
    """Where each pixel of the moved image comes from, (row, column): (*batch 3 3) -> (*batch h w 2).

    The matrix moves points (x, y), in pixels from the centre, y up.
    """
    y = (h - 1) / 2 - torch.arange(h, dtype=inverse.dtype, device=inverse.device)[window[0]]
    x = torch.arange(w, dtype=inverse.dtype, device=inverse.device)[window[1]] - (w - 1) / 2
    a, b, c, d, s, t = from_homogeneous(inverse)[..., None, None].unbind(-3)
    row, column = (h - 1) / 2 - (c * x + d * y[:, None] + t), (w - 1) / 2 + (a * x + b * y[:, None] + s)
    return torch.stack([row, column], dim=-1)


def pixel_index(points: Tensor, h: int, w: int, padding: Padding) -> tuple[Tensor, Tensor]:
    """Integer points (*batch k l 2) of an h x w grid as places in its flat, padded pixels, and which lie inside."""
    row, column = points.round().long().unbind(-1)
    inside = (row >= 0) & (row < h) & (column >= 0) & (column < w)
    if padding == "circular":
        return row.remainder(h) * w + column.remainder(w), inside
    return row.clamp(0, h - 1) * w + column.clamp(0, w - 1), inside


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


def interpolate(x: Tensor, points: Tensor, padding: Padding) -> Tensor:
    """Bilinear values at any points: x (*batch c h w), points (*batch k l 2) -> (*batch c k l)."""
    batch = torch.broadcast_shapes(points.shape[:-3], x.shape[:-3])
    if padding == "circular":
        points = points.remainder(points.new_tensor(x.shape[-2:]))
        x, padding = _close(x), "border"
    sides = points.new_tensor(x.shape[-2:])
    grid = (2 * points / (sides - 1).clamp_min(1) - 1).flip(-1)
    flat_x = x.expand(*batch, *x.shape[-3:]).reshape(batch.numel(), *x.shape[-3:]).to(grid.dtype)
    flat_grid = grid.expand(*batch, *grid.shape[-3:]).reshape(batch.numel(), *grid.shape[-3:])
    values = F.grid_sample(flat_x, flat_grid, padding_mode=padding, align_corners=True)
    return values.reshape(*batch, *values.shape[1:]).to(x.dtype)


def warp(x: Tensor, inverse: Tensor, padding: Padding, window: Window = WHOLE) -> Tensor:
    """Bilinear values of the moved image; motions within ON_PIXEL of the lattice are gathered, and so are exact.

    There the values do not depend on the motion: its gradient is zero.
    """
    points = source_points(inverse, x.shape[-2], x.shape[-1], window)
    offset = (points - points.round()).abs().amax(dim=(-3, -2, -1), keepdim=True)
    return torch.where(offset < ON_PIXEL, gather(x, points, padding), interpolate(x, points, padding))


def _close(x: Tensor) -> Tensor:
    """The first row and column once more, after the last."""
    x = torch.cat([x, x[..., :1, :]], dim=-2)
    return torch.cat([x, x[..., :1]], dim=-1)
