"""Where data is held, and how batches of it get to the device."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import Tensor

from homossl.types import Batch

A = TypeVar("A")
B = TypeVar("B")

SHARE = 0.5
"""Greatest share of a device's free memory that a data set may take; training needs the rest."""


def free_memory(device: torch.device) -> int | None:
    """Bytes that are free on a device; None where it shares the memory that data is read into."""
    return torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else None


def fits(device: torch.device | str, *parts: Tensor) -> bool:
    """Whether tensors may be held on a device."""
    free = free_memory(torch.device(device))
    return free is None or sum(part.nbytes for part in parts) <= SHARE * free


def as_float(x: Tensor) -> Tensor:
    """Pixels as float32 in [0, 1]."""
    return x.float() / 255 if x.dtype == torch.uint8 else x


def as_floats(batch: Batch) -> Batch:
    """The batch with pixels as float32 in [0, 1]."""
    return replace(batch, x=as_float(batch.x))


def delivered(batches: Iterable[Batch], device: torch.device | str) -> Iterator[Batch]:
    """Batches on a device, as float32 in [0, 1]; CUDA copies each, as it was decoded, during work on the one before."""
    device = torch.device(device)
    if device.type != "cuda":
        return (as_floats(batch.each(lambda part: part.to(device))) for batch in batches)
    copies = Copies(device, torch.cuda.Stream(device))
    return map(copies.finish, one_ahead(batches, copies.begin))


def one_ahead(items: Iterable[A], begin: Callable[[A], B]) -> Iterator[B]:
    """begin(item) for each item, called before the one before it is handed out.

    >>> begun = one_ahead("abc", lambda letter: print("begin", letter) or letter)
    >>> next(begun)
    begin a
    begin b
    'a'
    """
    begun: list[B] = []
    for item in items:
        begun.append(begin(item))
        if len(begun) > 1:
            yield begun.pop(0)
    yield from begun


@dataclass(frozen=True)
class Copies:
    """Copies of batches to a CUDA device on a stream of their own."""

    device: torch.device
    stream: torch.cuda.Stream

    def begin(self, batch: Batch) -> tuple[Batch, torch.cuda.Event]:
        """Start to copy, from memory that the device can read by itself."""
        pinned = batch.each(Tensor.pin_memory)
        with torch.cuda.stream(self.stream):
            copy = as_floats(pinned.each(lambda part: part.to(self.device, non_blocking=True)))
            copied = torch.cuda.Event()
            copied.record(self.stream)
            return copy, copied

    def finish(self, begun: tuple[Batch, torch.cuda.Event]) -> Batch:
        """The copy, for the work that is queued from now on."""
        (batch, copied), now = begun, torch.cuda.current_stream(self.device)
        now.wait_event(copied)
        batch.each(lambda part: part.record_stream(now) or part)
        return batch
