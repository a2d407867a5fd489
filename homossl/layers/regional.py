"""Convolutions that share their weights within regions of the grid only."""

from __future__ import annotations

import math
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d}


class RegionalConv(nn.Module):
    """A convolution of signals (b c t) or images (b c h w) with weights of its own in each of so many equal regions.

    With one region it is an ordinary convolution; with one for each cell it is locally connected. Neighbours are seen
    across the borders of regions.

    Raises:
        ValueError: at the call, regions of whole strides do not tile the grid.
    """

    def __init__(
        self,
        before: int,
        after: int,
        kernel: int,
        regions: tuple[int, ...],
        stride: int = 1,
        padding: Literal["zeros", "circular"] = "zeros",
    ) -> None:
        super().__init__()
        self.regions, self.stride, self.reach = regions, stride, kernel // 2
        self.mode = "constant" if padding == "zeros" else padding
        weight = torch.empty(after * math.prod(regions), before, *[kernel] * len(regions))
        self.weight = nn.Parameter(nn.init.kaiming_normal_(weight, nonlinearity="relu"))

    def forward(self, x: Tensor) -> Tensor:
        sides = x.shape[2:]
        blocks = self._blocks(x).flatten(1, 1 + len(sides))
        convolved = CONVOLUTIONS[len(sides)](blocks, self.weight, stride=self.stride, groups=math.prod(self.regions))
        return self._joined(convolved.unflatten(1, (*self.regions, -1)))

    def _blocks(self, x: Tensor) -> Tensor:
        """Every region with the neighbours that its kernel sees, (b *regions c *block)."""
        sides = x.shape[2:]
        padded = F.pad(x, 2 * len(sides) * [self.reach], mode=self.mode)
        for axis, (side, count) in enumerate(zip(sides, self.regions, strict=True)):
            self._check(side, count)
            padded = padded.unfold(2 + axis, side // count + 2 * self.reach, side // count)
        return padded.movedim(1, 1 + len(sides))

    def _joined(self, blocks: Tensor) -> Tensor:
        """The regions side by side, (b *regions c *block) -> (b c *grid)."""
        n = len(self.regions)
        order = [0, n + 1, *(axis for i in range(n) for axis in (1 + i, n + 2 + i))]
        joined = blocks.permute(order)
        return joined.reshape(*joined.shape[:2], *(joined.shape[2 + 2 * i] * joined.shape[3 + 2 * i] for i in range(n)))

    def _check(self, side: int, count: int) -> None:
        if side % count or side // count % self.stride:
            raise ValueError(f"{count} regions with strides of {self.stride} do not tile a side of {side} cells")
