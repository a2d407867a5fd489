"""Labelled samples in memory, of any shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor

from homossl.data.delivery import as_floats, delivered, fits
from homossl.types import Batch


@dataclass(frozen=True, eq=False)
class Samples:
    """Labelled samples on one device, x: (n *event) float32, y: (n) int64, with y[i] an index into classes.

    Point clouds, spectrograms, voxels: whatever the numbers mean, they are handed on as they are.

    >>> clouds = Samples(torch.zeros(2, 64, 3), torch.tensor([0, 1]), ("cube", "knot"))
    >>> clouds.shape
    (64, 3)

    Raises:
        ValueError: x is not float32, or not finite, or y does not index classes.
    """

    x: Tensor
    y: Tensor
    classes: tuple[str, ...]
    device: str | None = None
    """Where batches are delivered, if it is not where x and y are held."""

    def __post_init__(self) -> None:
        self._check_samples()
        _check_labels(self.y, len(self.x), len(self.classes))

    def __len__(self) -> int:
        return len(self.x)

    @property
    def shape(self) -> tuple[int, ...]:
        """(*event), the shape of one sample."""
        return tuple(self.x.shape[1:])

    def to(self, device: torch.device | str) -> Self:
        """The same samples held on another device, or by the host for it where they take too much of its memory."""
        if not fits(device, self.x, self.y):
            return replace(self, device=str(device))
        return replace(self, x=self.x.to(device), y=self.y.to(device), device=None)

    def batch(self, index: Tensor) -> Batch:
        """The samples at index: (b), as float32, where they are held."""
        return as_floats(self._decoded(index))

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given."""
        return map(self.batch, indices) if self.device is None else delivered(map(self._decoded, indices), self.device)

    def _decoded(self, index: Tensor) -> Batch:
        index = index.to(self.x.device, non_blocking=True)
        return Batch(self.x[index], self.y[index])

    def _check_samples(self) -> None:
        if self.x.ndim < 2 or self.x.dtype != torch.float32:
            raise ValueError(f"x: expected samples (n *event) float32, got {tuple(self.x.shape)} {self.x.dtype}")
        bad = (~self.x.isfinite()).flatten(1).any(1).nonzero().flatten()
        if len(bad):
            raise ValueError(f"x: expected finite numbers, got others in {len(bad)} samples, first in number {bad[0]}")


def _check_labels(y: Tensor, n: int, classes: int) -> None:
    if y.shape != (n,) or y.dtype != torch.int64:
        raise ValueError(f"y: expected ({n},) int64, got {tuple(y.shape)} {y.dtype}")
    if n and not 0 <= int(y.min()) <= int(y.max()) < classes:
        raise ValueError(f"y: expected labels in 0..{classes - 1}, got {int(y.min())}..{int(y.max())}")
