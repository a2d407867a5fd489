"""Batches in an order that is a function of the seed and the epoch only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from homossl.data.split import AnySamples
from homossl.types import Batch


@dataclass(frozen=True, eq=False)
class Loader:
    """Shuffled batches of images; it has no state, so an epoch can be resumed at any batch.

    The incomplete last batch is dropped. `len(loader)` is the number of batches in an epoch. Each batch is cut into
    equal parts, one after the other; the others' images are not read.

    Raises:
        ValueError: the seed is negative, batch_size is not in 1..len(images), or part is no (index, count) with
            0 <= index < count and count dividing batch_size.
    """

    images: AnySamples
    batch_size: int
    """Images in a whole batch, of all parts."""
    seed: int = 0
    part: tuple[int, int] = (0, 1)
    """Which part of each batch is delivered, (index, count), as by one process of several."""

    def __post_init__(self) -> None:
        n = len(self.images)
        if not 1 <= self.batch_size <= n:
            raise ValueError(f"batch_size: expected 1..{n} (the number of images), got {self.batch_size}")
        if self.seed < 0:
            raise ValueError(f"seed: expected a non-negative integer, got {self.seed}")
        index, count = self.part
        if not 0 <= index < count or self.batch_size % count:
            divides = f"(index, count) with 0 <= index < count and count dividing batch_size {self.batch_size}"
            raise ValueError(f"part: expected {divides}, got {self.part}")

    def __len__(self) -> int:
        return len(self.images) // self.batch_size

    def order(self, epoch: int) -> Tensor:
        """The permutation of the images in an epoch: (n) int64, drawn on the CPU."""
        state = np.random.SeedSequence([self.seed, epoch]).generate_state(1, np.uint64)
        generator = torch.Generator().manual_seed(int(state[0]))
        return torch.randperm(len(self.images), generator=generator)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """This part of the batches of an epoch from batch number start on, x: (b c h w) float32 in [0, 1]."""
        index, count = self.part
        batches = self.order(epoch).split(self.batch_size)[start : len(self)]
        return self.images.batches([batch.chunk(count)[index] for batch in batches])
