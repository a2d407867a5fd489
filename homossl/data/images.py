"""Labelled images in memory, and the one way in which images are resized."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from groups.warp import central
from homossl.data.delivery import as_floats, delivered, fits
from homossl.types import Batch


@dataclass(frozen=True, eq=False)
class Images:
    """Labelled images on one device, x: (n c h w), y: (n) int64, with y[i] an index into classes.

    x is kept as it was decoded: uint8 in 0..255, or float32 in [0, 1]. Batches are always float32 in [0, 1].

    >>> images = Images(torch.tensor([[[[0, 51], [102, 255]]]], dtype=torch.uint8), torch.tensor([0]), ("dot",))
    >>> images.batch(torch.tensor([0])).x.flatten().tolist() == torch.tensor([0, 0.2, 0.4, 1]).tolist()
    True

    Raises:
        ValueError: x is not (n c h w) uint8 or float32 in [0, 1], or y does not index classes.
    """

    x: Tensor
    y: Tensor
    classes: tuple[str, ...]
    device: str | None = None
    """Where batches are delivered, if it is not where x and y are held."""

    def __post_init__(self) -> None:
        _check_pixels(self.x)
        _check_labels(self.y, len(self.x), len(self.classes))

    def __len__(self) -> int:
        return len(self.x)

    @property
    def shape(self) -> tuple[int, ...]:
        """(c h w) of one image."""
        return tuple(self.x.shape[1:])

    def to(self, device: torch.device | str) -> Images:
        """The same images held on another device, or by the host for it where they take too much of its memory."""
        if not fits(device, self.x, self.y):
            return replace(self, device=str(device))
        return replace(self, x=self.x.to(device), y=self.y.to(device), device=None)

    def batch(self, index: Tensor) -> Batch:
        """The images at index: (b), as float32 in [0, 1], where they are held."""
        return as_floats(self._decoded(index))

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given."""
        return map(self.batch, indices) if self.device is None else delivered(map(self._decoded, indices), self.device)

    def _decoded(self, index: Tensor) -> Batch:
        index = index.to(self.x.device, non_blocking=True)
        return Batch(self.x[index], self.y[index])


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


def _check_pixels(x: Tensor) -> None:
    if x.ndim != 4 or x.dtype not in (torch.uint8, torch.float32):
        raise ValueError(f"x: expected (n c h w) uint8 or float32, got {tuple(x.shape)} {x.dtype}")
    check_range(x, "x")


def _check_labels(y: Tensor, n: int, classes: int) -> None:
    if y.shape != (n,) or y.dtype != torch.int64:
        raise ValueError(f"y: expected ({n},) int64, got {tuple(y.shape)} {y.dtype}")
    if n and not 0 <= int(y.min()) <= int(y.max()) < classes:
        raise ValueError(f"y: expected labels in 0..{classes - 1}, got {int(y.min())}..{int(y.max())}")
