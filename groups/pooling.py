"""The mean of a moved image over a window, without the moved image."""

from __future__ import annotations

import torch
from torch import Tensor

from groups.warp import ON_PIXEL, WHOLE, Padding, Window, pixel_index, source_points


def shares(inverse: Tensor, h: int, w: int, padding: Padding, window: Window = WHOLE) -> Tensor:
    """What every pixel has in the mean of the moved image over a window, (*batch 3 3) -> (*batch h w).

    The mean is linear, mean_u x(g^-1 u) = sum_v s(v) x(v), with the pixels of u by the rule of `warp`.
    """
    points = source_points(inverse, h, w, window)
    offset = (points - points.round()).abs().amax(dim=(-3, -2, -1), keepdim=True)
    points = torch.where(offset < ON_PIXEL, points.round(), points)
    share = points.new_zeros(*points.shape[:-3], h * w)
    for corner in torch.cartesian_prod(*2 * [torch.arange(2, device=points.device)]):
        pixel = points.floor() + corner
        index, inside = pixel_index(pixel, h, w, padding)
        near = (1 - (points - pixel).abs()).prod(-1)
        near = near * inside if padding == "zeros" else near
        share = share.scatter_add(-1, index.flatten(-2), near.flatten(-2))
    return share.unflatten(-1, (h, w)) / points.shape[-3:-1].numel()


def weighted(x: Tensor, share: Tensor) -> Tensor:
    """The weighted sums of images over their pixels, x: (*batch c h w), share: (*batch h w) -> (*batch c)."""
    return torch.einsum("...chw, ...hw -> ...c", x, share.to(x.dtype))
