"""Labelled images in memory, and the one way in which images are resized."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from groups.warp import central
from homossl.data.samples import Samples


@dataclass(frozen=True, eq=False)
class Images(Samples):
    """Labelled images on one device, x: (n c h w), y: (n) int64, with y[i] an index into classes.

    x is kept as it was decoded: uint8 in 0..255, or float32 in [0, 1]. Batches are always float32 in [0, 1].

    >>> images = Images(torch.tensor([[[[0, 51], [102, 255]]]], dtype=torch.uint8), torch.tensor([0]), ("dot",))
    >>> images.batch(torch.tensor([0])).x.flatten().tolist() == torch.tensor([0, 0.2, 0.4, 1]).tolist()
    True

    Raises:
        ValueError: x is not (n c h w) uint8 or float32 in [0, 1], or y does not index classes.
    """

    def _check_samples(self) -> None:
        if self.x.ndim != 4 or self.x.dtype not in (torch.uint8, torch.float32):
            raise ValueError(f"x: expected (n c h w) uint8 or float32, got {tuple(self.x.shape)} {self.x.dtype}")
        check_range(self.x, "x")


def resize(x: Tensor, size: int) -> Tensor:
    """Resample the centre square of x: (*n c h w) to (*n c size size).

    Enlarging is bilinear between aligned corners, out[i] = x[i (h - 1) / (size - 1)]; shrinking is antialiased
    bilinear. Quarter turns and flips R commute with both, resize(R x) = R resize(x). uint8 is rounded to uint8;
    floats are in [0, 1].

    >>> resize(torch.tensor([[[0.0, 0.5], [0.5, 1.0]]]), 3)[0, 1].tolist()
    [0.25, 0.5, 0.75]

    Raises:
        ValueError: size is not positive.
    """
    if size < 1:
        raise ValueError(f"size: expected at least 1 pixel, got {size}")
    x = _centre_square(x)
    if x.shape[-1] == size:
        return x
    if x.dtype == torch.uint8:
        return _resample(x.float(), size).add(0.5).to(torch.uint8)
    return _resample(x, size).clamp(0, 1)


def check_range(x: Tensor, name: str) -> None:
    """Raises: ValueError: a float in x is outside [0, 1], or not a number."""
    if x.is_floating_point() and not ((x >= 0) & (x <= 1)).all():
        raise ValueError(f"{name}: expected floats in [0, 1], got [{x.min():.3g}, {x.max():.3g}]")


def _centre_square(x: Tensor) -> Tensor:
    h, w = x.shape[-2:]
    return x[(..., *central(h, w, min(h, w), min(h, w)))]


def _resample(x: Tensor, size: int) -> Tensor:
    flat = x.reshape(-1, *x.shape[-3:])
    shrink = size < x.shape[-1]
    out = F.interpolate(flat, (size, size), mode="bilinear", align_corners=not shrink, antialias=shrink)
    return out.reshape(*x.shape[:-2], size, size)
