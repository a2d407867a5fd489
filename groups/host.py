"""What may depend on values that a device would have to be waited for."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def at_hand(x: Tensor) -> bool:
    """Whether the values of x can be read without waiting for a device, or breaking a graph that is being compiled."""
    return x.device.type == "cpu" and not torch.compiler.is_compiling()


def changed(x: Tensor, which: Tensor, change: Callable[..., Tensor], *drawn: Tensor) -> Tensor:
    """A copy of x: (b ...) with change(x, *drawn) in place of some samples, which: (b) bool; drawn: (b ...) each.

    The others are not computed where they can be told at once.
    """
    if not at_hand(which):
        return torch.where(which.reshape(-1, *[1] * (x.dim() - 1)), change(x, *drawn), x)
    rows = which.nonzero()[:, 0]
    new = change(*(part.index_select(0, rows) for part in (x, *drawn)))
    place = torch.arange(len(x)).index_copy(0, rows, torch.arange(len(x), len(x) + len(rows)))
    return torch.cat([x, new]).index_select(0, place)
