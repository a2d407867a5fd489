"""Shifts of the gaze: both views are patches of one image, one below the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from einops import rearrange
from torch import Tensor

from groups import Action, Torus, Transform
from groups.warp import gather
from homossl.types import Batch, Draw, Pairs
from homossl.views.base import ViewSource
from homossl.views.checks import require_whole
from homossl.views.transformed import require_transforms, transformed


@dataclass(frozen=True)
class GazeShift(ViewSource):
    """Two patches of a crop of each image: left = f(x at row k), right = f(x at row k'), one batch of 2 b patches.

    The patches lie on a grid, in one column, with k' >= k + ahead, every such pair as likely as another. As the gaze
    falls by d = k' - k rows the picture rises: poses are (-k, -k') and the motion is -d, elements of Torus(rows, 1) in
    steps of the grid, which tells all d apart; `Pairs.efference("body")` is d. No action on the views is known. Up by d
    is the same element as down by rows - d: let predictors by motion go one way, as CLAPP does.

    Only patches enter the encoder; in evaluation it sees whole images, as a convolutional encoder can. One that is
    steerable with strides is built for those, and needs patches that suit its strides as well.

    >>> GazeShift().grid(64, 64)
    (7, 7)

    Raises:
        ValueError: size, patch, stride or ahead is no whole number from 1; the patch does not fit the crop, or the crop
            the image; or the crop has too few rows of patches.
        TypeError: transforms is no tuple of Transforms.

    Source: the patches of Tang, Yang & Amit, Biologically plausible training mechanisms for self-supervised learning in
        deep networks (arXiv 2109.15089), there of grey crops.
    """

    size: int | None = 64
    """Pixels along each side of the crop, which is taken anywhere in the image; None takes the whole image."""
    patch: int = 16
    """Pixels along each side of a patch."""
    stride: int = 8
    """Pixels between neighbouring patches."""
    ahead: int = 2
    """Least number of rows from the left view down to the right one."""
    transforms: tuple[Transform, ...] = ()
    """Grey values, jitters, blurs, applied in order to the crop; those of homossl to floats in [0, 1]."""

    def __post_init__(self) -> None:
        for name in ("patch", "stride", "ahead"):
            require_whole(f"GazeShift.{name}", getattr(self, name))
        require_transforms("GazeShift.transforms", self.transforms)
        if self.size is not None:
            require_whole("GazeShift.size", self.size)
            self.grid(self.size, self.size)

    def on(self, action: Action) -> Self:
        return self

    def grid(self, h: int, w: int) -> tuple[int, int]:
        """Rows and columns of the patches of a crop of h x w pixels.

        Raises:
            ValueError: the patch does not fit, or there are too few rows.
        """
        if self.patch > min(h, w):
            raise ValueError(f"GazeShift: a patch of {self.patch} pixels does not fit a crop of {h} x {w}")
        rows, columns = ((side - self.patch) // self.stride + 1 for side in (h, w))
        if rows <= self.ahead:
            raise ValueError(
                f"GazeShift: a patch {self.ahead} rows ahead needs more than {self.ahead} rows of patches, got {rows}: "
                f"{self.patch} pixels every {self.stride} of {h}"
            )
        return rows, columns

    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        x, hidden = transformed(self.transforms, self._crop(batch.still, rng), rng)
        rows, columns = self.grid(*x.shape[-2:])
        row = self._rows(rows, len(x), rng)
        column = torch.randint(columns, (len(x),), generator=rng, device=rng.device).expand_as(row)
        patches = cut(x, self.stride * torch.stack([row, column], dim=-1), self.patch)
        gaze = Torus(rows, 1).element(torch.stack([row, torch.zeros_like(row)], dim=-1))
        return Draw(rearrange(patches, "v b ... -> (v b) ..."), ~gaze, hidden)

    def pair(self, features: Tensor, draw: Draw, action: Action) -> Pairs:
        return self._pair_inputs(features, draw, action, known=False)

    def _crop(self, x: Tensor, rng: torch.Generator) -> Tensor:
        if self.size is None:
            return x
        room = [side - self.size + 1 for side in x.shape[-2:]]
        if min(room) < 1:
            raise ValueError(f"GazeShift: a crop of {self.size} pixels does not fit images of shape {tuple(x.shape)}")
        corner = [torch.randint(most, (len(x),), generator=rng, device=rng.device) for most in room]
        return cut(x, torch.stack(corner, dim=-1), self.size)

    def _rows(self, rows: int, n: int, rng: torch.Generator) -> Tensor:
        """k and k', (2 n)."""
        allowed = torch.triu_indices(rows, rows, offset=self.ahead, device=rng.device)
        return allowed[:, torch.randint(allowed.shape[1], (n,), generator=rng, device=rng.device)]


def cut(x: Tensor, corner: Tensor, side: int) -> Tensor:
    """side x side pixels of each image from its corner (top, left) on, x: (b c h w), (*v b 2) -> (*v b c side side)."""
    offset = torch.arange(side, device=x.device)
    row, column = corner.to(x.device)[..., None, None].unbind(-3)
    points = torch.broadcast_tensors(row + offset[:, None], column + offset)
    return gather(x, torch.stack(points, dim=-1), "border")
