"""Where the cells of a level lie in the image, in pixels: pixel i covers [i, i + 1)."""

from __future__ import annotations

import torch
from torch import Tensor

from homossl.transfer.levels import Level


def first_centre(level: Level) -> float:
    """The centre of cell 0: that of pixel 0 where the corners coincide, else that of the first `stride` pixels."""
    return 0.5 if level.aligned else level.stride / 2


def centres(level: Level, cells: int, like: Tensor) -> Tensor:
    """The centres of the cells along one side, (cells).

    >>> centres(Level(8, stride=4, aligned=True), 3, torch.zeros(()))
    tensor([0.5000, 4.5000, 8.5000])
    >>> centres(Level(8, stride=4, aligned=False), 3, torch.zeros(()))
    tensor([ 2.,  6., 10.])
    """
    return level.stride * torch.arange(cells, dtype=like.dtype, device=like.device) + first_centre(level)
