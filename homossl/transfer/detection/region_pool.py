"""Features of regions. torchvision takes seconds to import: this is imported where it is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torchvision.ops import MultiScaleRoIAlign, box_area, roi_align

from homossl.transfer.detection.cells import first_centre
from homossl.transfer.levels import Level

ACROSS = 14
"""Cells across a region of the level that it is read from, at the least: 224 pixels at strides of 16."""


class RegionPool(MultiScaleRoIAlign):
    """The features in each region, on a grid of its own, [boxes (r_i 4)] -> (sum r_i c bins bins), from one level each.

    torchvision's own guesses the strides from the first batch, and cell 0 in the corner of the image.

    Source: He et al. 2017 (arXiv 1703.06870), section 3; levels: Lin et al. 2017 (arXiv 1612.03144), eq. 1.
    """

    def __init__(self, levels: Sequence[Level], bins: int) -> None:
        super().__init__([str(k) for k in range(len(levels))], bins, sampling_ratio=2)
        self.levels = levels

    def forward(self, x: dict[str, Tensor], boxes: list[Tensor], image_shapes: Any) -> Tensor:
        regions, taken = torch.cat(boxes), self.level_of(torch.cat(boxes))
        image = torch.repeat_interleave(torch.tensor([len(b) for b in boxes], device=taken.device))
        z = next(iter(x.values()))
        pooled = z.new_zeros(len(regions), z.shape[1], *self.output_size)
        for k, (level, z) in enumerate(zip(self.levels, x.values(), strict=True)):
            at = taken == k
            pooled[at] = self.read(level, z, torch.cat([image[at, None], regions[at]], dim=1))
        return pooled

    def level_of(self, boxes: Tensor) -> Tensor:
        """The level that each box is read from, the coarsest with so many cells across it, (r)."""
        least = torch.tensor([ACROSS * level.stride for level in self.levels], device=boxes.device)
        return ((box_area(boxes).sqrt()[:, None] >= least).sum(1) - 1).clamp(min=0)

    def read(self, level: Level, z: Tensor, regions: Tensor) -> Tensor:
        """Features of regions (r 5), the number of the image before its box, (r c bins bins)."""
        offset = level.stride / 2 - first_centre(level)  # roi_align puts the centre of cell 0 at half a stride
        moved = torch.cat([regions[:, :1], regions[:, 1:] + offset], dim=1)
        return roi_align(z, moved, self.output_size, 1 / level.stride, self.sampling_ratio, aligned=True)
