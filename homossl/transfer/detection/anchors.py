"""Anchors that sit where the cells are. torchvision takes seconds to import: this is imported where it is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torchvision.models.detection.anchor_utils import AnchorGenerator

from homossl.transfer.detection.cells import centres
from homossl.transfer.levels import Level


class CellAnchors(AnchorGenerator):
    """Boxes of some scales (in cells) and ratios h / w about the centre of every cell, (n 4) for each image.

    torchvision's own infers strides as image // grid, wrong on grids of 2^k + 1 (65 // 17 = 3), puts the first centre
    into the corner of the image, and rounds sides, which distorts small boxes. The set of these is the same after
    quarter turns and reflections of the image, where ratios are with their inverses.
    """

    def __init__(self, levels: Sequence[Level], scales: Sequence[float], ratios: Sequence[float]) -> None:
        super().__init__(tuple(tuple(s * level.stride for s in scales) for level in levels), (ratios,) * len(levels))
        self.levels = levels

    def generate_anchors(self, scales: Any, aspect_ratios: Any, dtype: Any = torch.float64, device: Any = "cpu"):
        """Boxes about the origin, (a 4)."""
        sides, roots = (torch.as_tensor(v, dtype=dtype, device=device) for v in (scales, aspect_ratios))
        roots = roots.sqrt()[:, None]
        corner = torch.stack([(sides / roots).flatten(), (sides * roots).flatten()], dim=1) / 2
        return torch.cat([-corner, corner], dim=1)

    def forward(self, image_list: Any, feature_maps: list[Tensor]) -> list[Tensor]:
        levels = zip(self.levels, self.cell_anchors, feature_maps, strict=True)
        anchors = torch.cat([self.on(level, shapes, z) for level, shapes, z in levels])
        return [anchors] * len(image_list.image_sizes)

    def on(self, level: Level, shapes: Tensor, z: Tensor) -> Tensor:
        """The anchors of one level with features z: (b c h w), ((h w a) 4), row by row."""
        y, x = (centres(level, cells, z) for cells in z.shape[-2:])
        y, x = torch.meshgrid(y, x, indexing="ij")
        at = torch.stack([x, y, x, y], dim=-1)
        return (at[:, :, None] + shapes.to(z)).flatten(0, 2)
