"""Handwritten digits as functions of the plane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from groups import Element
from groups.plane import affine
from homossl.data.digits import Digits
from homossl.data.split import Split

CELLS, MARGIN, FINE = 8, 1, 4
"""Cells along a digit, empty cells about it, and pixels of the fine raster along a cell."""
SIDE = (CELLS + 2 * MARGIN) / CELLS
"""Side of the fine raster; that of the digit itself is 1."""
EDGE = 0.4
"""How much ink there is at the edge of a stroke."""


@dataclass(frozen=True, eq=False)
class Glyphs:
    """Digits as how much ink there is at points of their own plane, whose unit is the side of a digit, y up.

    It is bilinear between the pixels of a fine raster, ink: (n 1 s s) float64, and zero beyond it.
    """

    ink: Tensor
    labels: Tensor

    @property
    def areas(self) -> Tensor:
        """The area of each digit's strokes, (n)."""
        return SIDE**2 * (self.ink > EDGE).double().mean((1, 2, 3))

    @property
    def radii(self) -> Tensor:
        """The greatest distance of each digit's strokes from its centre, (n)."""
        from_centre = SIDE * ((torch.arange(self.ink.shape[-1]) + 0.5) / self.ink.shape[-1] - 0.5)
        distance = torch.hypot(from_centre[:, None], from_centre)
        return (distance * (self.ink[:, 0] > EDGE)).amax((1, 2)) + SIDE / self.ink.shape[-1]

    def at(self, poses: Element, which: Tensor, size: int) -> Tensor:
        """Ink of digits `which`: (m), moved by poses (m) of the plane, at the pixels of an image, (m size size)."""
        inverse = affine(~poses)[:, :2] * torch.tensor([[2 / SIDE], [-2 / SIDE]], dtype=torch.float64)
        grid = pixel_centres(size).flatten(1).mT @ inverse[..., :2].mT + inverse[:, None, :, 2]
        grid = grid.unflatten(1, (size, size))
        return F.grid_sample(self.ink[which], grid, padding_mode="zeros", align_corners=False)[:, 0]


@lru_cache
def glyphs(split: Split) -> Glyphs:
    """The digits of one split."""
    digits = Digits(CELLS).load(split)
    x = F.pad(digits.x.double(), [MARGIN] * 4)
    return Glyphs(F.interpolate(x, scale_factor=FINE, mode="bicubic").clamp(0, 1), digits.y)


def pixel_centres(size: int) -> Tensor:
    """The centres of the pixels of a square image, (x, y) from its centre, y up: (2 size size) float64."""
    along = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
    return torch.stack([along.expand(size, size), -along[:, None].expand(size, size)])
