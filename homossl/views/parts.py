"""A batch worked on in parts that stay in the cache of a processor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import torch
from torch import Tensor

from groups import host

CACHE = 4 * 2**20
"""Bytes of pixels that a thread works on at a time."""

Part = tuple[slice, slice]


def in_parts(f: Callable[[Part], Tensor], v: int, x: Tensor) -> Tensor:
    """f of the whole (v b) views of x: (b *event), from its values on parts, f(part): (v' b' *event') -> (v b *event').

    A device, whose memory is fast, takes the whole at once.
    """
    parts = list(_parts(v, len(x), _at_once(v, x)))
    if len(parts) == 1:
        return f(parts[0])
    _keep_freed_memory()
    first = f(parts[0])
    out = first.new_empty(v, len(x), *first.shape[2:])
    out[parts[0]] = first
    for part in parts[1:]:
        out[part] = f(part)
    return out


def _parts(v: int, b: int, most: int) -> Iterator[Part]:
    if v * b <= most:
        return iter([(slice(0, v), slice(0, b))])
    return ((slice(i, i + 1), slice(start, start + most)) for i in range(v) for start in range(0, b, most))


def _at_once(v: int, x: Tensor) -> int:
    if not host.at_hand(x):
        return v * len(x)
    return max(1, torch.get_num_threads() * CACHE // max(1, x[:1].nbytes))


@lru_cache(maxsize=1)
def _keep_freed_memory() -> None:
    # glibc hands blocks back to the system, to be zeroed again for the next part, until one of this size was freed.
    torch.empty(2**25 - 2**16, dtype=torch.uint8)
