"""Scenes of any shape fitted into a square without changing their aspect."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from homossl.data.scenes.batch import VOID, SceneBatch


@dataclass(frozen=True)
class Fit:
    """How images of h x w pixels go into the middle of size x size ones: the longer side is resized to size.

    A point goes from (x, y) to (x columns / w + left, y rows / h + top), in pixels from the upper left corner.
    """

    h: int
    w: int
    size: int

    @property
    def rows(self) -> int:
        return max(1, round(self.h * self.size / max(self.h, self.w)))

    @property
    def columns(self) -> int:
        return max(1, round(self.w * self.size / max(self.h, self.w)))

    @property
    def top(self) -> int:
        return (self.size - self.rows) // 2

    @property
    def left(self) -> int:
        return (self.size - self.columns) // 2

    def image(self, x: Tensor) -> Tensor:
        """Images (b c h w) uint8: bilinear, with antialiasing where they shrink; black about them."""
        if (self.h, self.w) != (self.rows, self.columns):
            shrink = self.rows < self.h or self.columns < self.w
            x = F.interpolate(x.float(), (self.rows, self.columns), mode="bilinear", antialias=shrink)
        return self._padded(x.add(0.5).clamp(0, 255).byte() if x.is_floating_point() else x, 0)

    def mask(self, mask: Tensor, beyond: int) -> Tensor:
        """Masks (b h w): the value of the nearest pixel, and `beyond` about them."""
        fine = mask[:, None].to(torch.uint8)
        near = F.interpolate(fine, (self.rows, self.columns), mode="nearest-exact")[:, 0]
        return self._padded(near, beyond).to(mask.dtype)

    def boxes(self, boxes: Tensor) -> Tensor:
        """Boxes (k 4), x0 y0 x1 y1."""
        factor = boxes.new_tensor([self.columns / self.w, self.rows / self.h]).repeat(2)
        return (boxes * factor + boxes.new_tensor([self.left, self.top]).repeat(2)).clamp(0, self.size)

    def _padded(self, x: Tensor, value: int) -> Tensor:
        right, bottom = self.size - self.columns - self.left, self.size - self.rows - self.top
        return F.pad(x, [self.left, right, self.top, bottom], value=value)


def fitted(scenes: SceneBatch, size: int) -> SceneBatch:
    """Scenes with images (b c h w) uint8 as ones of size x size pixels; in masks, what is about them is VOID."""
    fit = Fit(scenes.x.shape[-2], scenes.x.shape[-1], size)
    return replace(
        scenes,
        x=fit.image(scenes.x),
        mask=None if scenes.mask is None else fit.mask(scenes.mask, VOID),
        boxes=None if scenes.boxes is None else tuple(map(fit.boxes, scenes.boxes)),
        instances=None if scenes.instances is None else tuple(_instances(fit, part) for part in scenes.instances),
    )


def _instances(fit: Fit, masks: Tensor) -> Tensor:
    return fit.mask(masks, 0) if len(masks) else masks.new_zeros(0, fit.size, fit.size)
