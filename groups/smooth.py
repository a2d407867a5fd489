"""Smooth random fields, on which interpolation does well."""

from __future__ import annotations

import torch
from torch import Tensor

SIDE = 33
"""Pixels along each side of a default field: of the form 2^k + 1, on which strides of 2 keep quarter turns."""


def waves(n: int, channels: int, h: int, w: int, generator: torch.Generator | None = None, count: int = 12) -> Tensor:
    """Sums of plane waves of at least 6 pixels' length under a window that falls to zero at the border, (n c h w)."""
    direction = torch.randn((n, channels, count, 2, 1, 1), generator=generator, dtype=torch.float64)
    fastest = 2 * torch.pi / 6 / direction.norm(dim=3, keepdim=True)
    speed = torch.rand((n, channels, count, 1, 1, 1), generator=generator, dtype=torch.float64)
    phase = 2 * torch.pi * torch.rand((n, channels, count, 1, 1), generator=generator, dtype=torch.float64)
    y, x = (torch.arange(side, dtype=torch.float64) - (side - 1) / 2 for side in (h, w))
    grid = torch.stack(torch.meshgrid(y, x, indexing="ij"))
    sums = ((direction * fastest * speed * grid).sum(3) + phase).cos().mean(2)
    return sums * _window(h)[:, None] * _window(w)


def _window(side: int) -> Tensor:
    return torch.hann_window(side + 2, periodic=False, dtype=torch.float64)[1:-1]
