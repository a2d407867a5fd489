"""Images read from a torch Dataset: held in memory where they fit, streamed where they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import starmap
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler, default_collate

from homossl.data.delivery import delivered
from homossl.data.images import Images
from homossl.types import Batch

MEMORY_LIMIT = 4 * 2**30
"""Bytes that a split may take in memory before it is streamed."""
CHUNK = 512


class Items(Protocol):
    """A map-style Dataset of (x: (c h w) uint8 or float32 in [0, 1], label), all x alike."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> tuple[Tensor, int]: ...


@dataclass(frozen=True, eq=False)
class StreamedImages:
    """Images that are read anew for each batch by a torch DataLoader, in the order that `Images` would follow.

    workers is the number of reading processes (0: this one); it changes the speed, never the batches. They are kept
    from one epoch to the next.
    """

    items: Items
    classes: tuple[str, ...]
    workers: int = 0
    device: str = "cpu"
    _idle: list[tuple[DataLoader, Order]] = field(default_factory=list, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def shape(self) -> tuple[int, ...]:
        """(c h w) of one image."""
        return tuple(self.items[0][0].shape)

    def to(self, device: torch.device | str) -> StreamedImages:
        """The same images, with batches delivered on another device."""
        return replace(self, device=str(device))

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given, as float32 in [0, 1]."""
        return delivered(starmap(Batch, self.read(indices)), self.device)

    def read(self, indices: Iterable[Tensor]) -> Iterator[tuple[Tensor, Tensor]]:
        """The same batches (x, y) as they were decoded, on the CPU."""
        loader, order = self._idle.pop() if self._idle else self._loader()
        order.indices = indices
        for batch in loader:
            if isinstance(batch, Exception):
                raise batch
            yield batch
        self._idle.append((loader, order))

    @staticmethod
    def _joined(samples: list[Any]) -> Any:
        return default_collate(samples)

    def _loader(self) -> tuple[DataLoader, Order]:
        order = Order()
        loader = DataLoader(
            _Guarded(self.items),
            batch_sampler=order,
            num_workers=self.workers,
            persistent_workers=self.workers > 0,
            collate_fn=partial(_collate, self._joined),
            generator=torch.Generator(),  # a DataLoader without one of its own advances the global one
            pin_memory=self.device.startswith("cuda"),
        )
        return loader, order


class Order(Sampler[list[int]]):
    """The batches of one epoch, given before it."""

    def __init__(self) -> None:
        self.indices: Iterable[Tensor] = ()

    def __iter__(self) -> Iterator[list[int]]:
        return (index.tolist() for index in self.indices)


class _Guarded(Dataset):
    """Items that hand over their errors, to be raised in their own words and not inside a worker's traceback."""

    def __init__(self, items: Items) -> None:
        self.items = items

    def __getitem__(self, index: int) -> tuple[Tensor, int] | Exception:
        try:
            return self.items[index]
        except (ValueError, TypeError) as error:
            return error


def _collate(joined: Callable[[list[Any]], Any], samples: list[Any]) -> Any:
    errors = [sample for sample in samples if isinstance(sample, Exception)]
    return errors[0] if errors else joined(samples)


def hold_or_stream(items: Items, classes: tuple[str, ...], memory_limit: int, workers: int) -> Images | StreamedImages:
    """The items in memory when all their pixels take at most memory_limit bytes, else streamed."""
    first = items[0][0]
    streamed = StreamedImages(items, classes, workers)
    return streamed if len(items) * first.nbytes > memory_limit else _hold(streamed, first)


def _hold(streamed: StreamedImages, first: Tensor) -> Images:
    x = first.new_empty(len(streamed), *first.shape)
    y = torch.empty(len(streamed), dtype=torch.int64)
    chunks = torch.arange(len(streamed)).split(CHUNK)
    for index, (chunk_x, chunk_y) in zip(chunks, streamed.read(chunks), strict=True):
        x[index], y[index] = chunk_x, chunk_y
    return Images(x, y, streamed.classes)
