"""What a data set and its splits offer, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol, Self, get_args, runtime_checkable

import torch
from torch import Tensor

from homossl.types import Batch

Split = Literal["train", "test"]


class AnySamples(Protocol):
    """What every split offers: samples of one shape, or pairs of frames, read in batches."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one sample, (*event): (c h w) of an image."""
        ...

    def __len__(self) -> int: ...

    def to(self, device: torch.device | str) -> Self:
        """The same samples, with batches delivered on another device."""
        ...

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given, as float32; images in [0, 1]."""
        ...


@runtime_checkable
class Data(Protocol):
    """What every data-set specification offers."""

    def load(self, split: Split) -> AnySamples:
        """The samples of one split."""
        ...


def check_split(split: str) -> None:
    """Raises: ValueError: split is neither "train" nor "test"."""
    if split not in get_args(Split):
        raise ValueError(f"split: expected one of {get_args(Split)}, got {split!r}")
