"""A field on a coarse grid, laid out on the finer grid that it came from."""

from __future__ import annotations

from typing import Literal

import torch.nn.functional as F
from torch import Tensor, nn

Size = tuple[int, int]
Layout = Literal["zeros", "blocks"]


class Spread(nn.Module):
    """A field (b c h w) laid out on the finer grid (b c s*h-k t*w-l), with equal margins where that can be.

    "zeros": every s-th row and t-th column holds a cell, and zeros lie between. On an even grid the cells 0, 2, 4, ...
    are not symmetric about the centre, so that a quarter turn of them is no shift of cells onto cells.
    "blocks": every cell fills s x t cells, as those that were pooled into it do. That is symmetric on even grids.
    """

    def __init__(self, steps: Size, missing: Size, layout: Layout) -> None:
        super().__init__()
        self.steps, self.missing, self.layout = steps, missing, layout

    def forward(self, z: Tensor) -> Tensor:
        return self._blocks(z) if self.layout == "blocks" else self._zeros(z)

    def _zeros(self, z: Tensor) -> Tensor:
        (s, t), (k, l), (h, w) = self.steps, self.missing, z.shape[-2:]
        out = z.new_zeros(*z.shape[:-2], s * h - k, t * w - l)
        out[..., (s - 1 - k) // 2 :: s, (t - 1 - l) // 2 :: t][..., :h, :w] = z
        return out

    def _blocks(self, z: Tensor) -> Tensor:
        k, l = self.missing
        tiled = z.repeat_interleave(self.steps[0], -2).repeat_interleave(self.steps[1], -1)
        return F.pad(tiled, (-(l // 2), -(l - l // 2), -(k // 2), -(k - k // 2)))


def spread(coarse: Size, fine: Size, centred: bool) -> Spread:
    """From a coarse grid to a finer one: zeros between cells, or blocks where it is to be centred and zeros are not.

    >>> spread((17, 17), (33, 33), centred=True).layout, spread((16, 16), (32, 32), centred=True).layout
    ('zeros', 'blocks')

    Raises:
        ValueError: the fine grid is smaller, or neither layout is centred there.
    """
    if any(f < c for c, f in zip(coarse, fine, strict=True)):
        raise ValueError(f"its grid of {coarse} is not to be spread on a smaller one of {fine}")
    (s, t) = steps = step(coarse[0], fine[0]), step(coarse[1], fine[1])
    (k, l) = missing = s * coarse[0] - fine[0], t * coarse[1] - fine[1]
    if not centred or ((s - 1 - k) % 2 == 0 and (t - 1 - l) % 2 == 0):
        return Spread(steps, missing, "zeros")
    if k % 2 or l % 2:
        raise ValueError(f"its grid of {coarse} has no place about the centre of one of {fine}")
    return Spread(steps, missing, "blocks")


def step(coarse: int, fine: int) -> int:
    """Cells of a fine grid to one of a coarse grid: corners on corners where that is a power of 2, or as many as fit.

    >>> step(17, 33), step(16, 32), step(3, 9), step(4, 6)
    (2, 2, 4, 1)
    """
    aligned, rest = divmod(fine - 1, coarse - 1) if coarse > 1 else (fine, 1)
    if rest == 0 and aligned & (aligned - 1) == 0:
        return aligned
    return min(round(fine / coarse), aligned)
