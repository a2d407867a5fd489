"""Any torch Dataset of (image, label) pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from homossl.data.images import check_range, resize
from homossl.data.split import AnySamples, Split, check_split
from homossl.data.stream import MEMORY_LIMIT, hold_or_stream


@dataclass(frozen=True)
class FromDataset:
    """Map-style torch Datasets whose items are (image, label): PIL images or (c h w) tensors, labels in 0..classes-1.

    The centre square of each image is resized to size x size pixels. Each item is read once, by `workers` processes
    (0: this one), and held, so a random transform in the Dataset is frozen at its first draw; a split of more than
    memory_limit bytes is read anew for each batch. classes defaults to `train.classes`.
    A recipe that is saved as JSON needs a frozen dataclass with a `load(split)` of its own, which may call this one.

    >>> square = torch.zeros(3, 8, 8, dtype=torch.uint8)
    >>> FromDataset([(square, 0), (square, 1)], [(square, 0)], size=9, classes=("cat", "dog")).load("train").shape
    (3, 9, 9)
    """

    train: Dataset | Any
    """The Dataset of the training split."""
    test: Dataset | Any
    """The Dataset of the test split."""
    size: int
    """Pixels along each side."""
    classes: tuple[str, ...] | None = None
    """Names of the classes; None takes train.classes."""
    memory_limit: int = MEMORY_LIMIT
    """Bytes above which a split is read anew for each batch."""
    workers: int = 0
    """Processes that read; 0 reads in this one."""

    def load(self, split: Split) -> AnySamples:
        """The images of one split.

        Raises:
            TypeError: a Dataset without a length, or an item that is not an image.
            ValueError: no items, no class names, or an image unlike the first one of its split.
        """
        check_split(split)
        items = ResizedItems.of(self.train if split == "train" else self.test, self.size)
        return hold_or_stream(items, self._class_names(), self.memory_limit, self.workers)

    def _class_names(self) -> tuple[str, ...]:
        names = self.classes or getattr(self.train, "classes", None)
        if not names:
            raise ValueError(f"{type(self.train).__name__} has no attribute `classes`: pass FromDataset(classes=...)")
        return tuple(names)


@dataclass(frozen=True)
class ResizedItems:
    """The items of a Dataset as (x: (c size size), label), all with as many channels and the dtype of the first."""

    dataset: Any
    size: int
    channels: int
    dtype: torch.dtype

    @classmethod
    def of(cls, dataset: Any, size: int) -> ResizedItems:
        """Learn channels and dtype from item 0."""
        name = type(dataset).__name__
        if not hasattr(dataset, "__len__") or not hasattr(dataset, "__getitem__"):
            raise TypeError(f"expected a map-style Dataset (with __len__ and __getitem__), got {name}")
        if not len(dataset):
            raise ValueError(f"{name}: expected at least one item, got none")
        first = _pixels(dataset[0][0], 0)
        return cls(dataset, size, len(first), first.dtype)

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image, label = self.dataset[index]
        x = _pixels(image, index)
        expected, got = (self.channels, self.dtype), (len(x), x.dtype)
        if got != expected:
            raise ValueError(f"item {index}: expected (channels, dtype) of item 0, {expected}, got {got}")
        return resize(x, self.size), int(label)


def _pixels(image: Any, index: int) -> Tensor:
    x = _from_pil(image) if isinstance(image, Image.Image) else image
    if not isinstance(x, Tensor) or x.ndim != 3 or x.dtype not in (torch.uint8, torch.float32):
        got = f"{tuple(x.shape)} {x.dtype}" if isinstance(x, Tensor) else type(x).__name__
        raise TypeError(f"item {index}: expected a PIL image or a (c h w) uint8 or float32 tensor, got {got}")
    check_range(x, f"item {index}")
    return x


def _from_pil(image: Image.Image) -> Tensor:
    pixels = np.array(image if image.mode in ("L", "RGB") else image.convert("RGB"))
    return torch.from_numpy(pixels.reshape(*pixels.shape[:2], -1)).permute(2, 0, 1).contiguous()
