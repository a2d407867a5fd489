"""Some of the images of a split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from homossl.data import AnySamples
from homossl.types import Batch


@dataclass(frozen=True, eq=False)
class Some:
    """The images, or pairs of frames, at index: (n)."""

    images: AnySamples
    index: Tensor

    def __len__(self) -> int:
        return len(self.index)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self.images.classes

    @property
    def shape(self) -> tuple[int, ...]:
        """(c h w) of one image."""
        return self.images.shape

    def to(self, device: torch.device | str) -> Some:
        """The same images, with batches delivered on another device."""
        return replace(self, images=self.images.to(device))

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given."""
        return self.images.batches([self.index[i] for i in indices])


def some(images: AnySamples, count: int | None, seed: int) -> AnySamples:
    """So many of the images, drawn at random; all of them where there are no more."""
    if count is None or count >= len(images):
        return images
    return Some(images, torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[:count])
