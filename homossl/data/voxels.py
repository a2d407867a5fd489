"""Clouds of points as voxels."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from homossl.data.samples import Samples
from homossl.data.solids import Solids
from homossl.data.split import Data, Split, check_split

CHUNK = 256


@dataclass(frozen=True)
class Voxels:
    """Clouds of another data set as grids that say where a point is, x: (n 1 size size size), 1 there and 0 elsewhere.

    The grid is a cube about 0; points beyond it are left out. As everywhere, x runs along the last axis, and y and z
    against the one before and the first, so that turning clouds by the cube's motions turns the voxels. 17 = 2^4 + 1
    keeps strides of 2 aligned.

    >>> Voxels(Solids(points=256, test=1), size=9).load("test").shape
    (1, 9, 9, 9)

    Raises:
        ValueError: size is below 2 or extent not positive.
    """

    source: Data = Solids(points=1024)
    """The clouds of points, (n points 3)."""
    size: int = 17
    """Voxels along each side."""
    extent: float = 1.25
    """Half the distance between the centres of the first and the last voxel."""

    def __post_init__(self) -> None:
        if self.size < 2 or not self.extent > 0:
            raise ValueError(f"Voxels needs size >= 2 and extent > 0, got {self.size} and {self.extent}")

    def load(self, split: Split) -> Samples:
        """The voxels of one split.

        Raises:
            ValueError: the source holds something else than points of three coordinates.
        """
        check_split(split)
        clouds = self.source.load(split)
        if len(clouds.shape) != 2 or clouds.shape[1] != 3:
            raise ValueError(f"Voxels.source: expected clouds of points (points 3), got samples of {clouds.shape}")
        batches = list(clouds.batches(torch.arange(len(clouds)).split(CHUNK)))
        grids = [occupied(batch.x, self.size, self.extent) for batch in batches]
        labels = [batch.y for batch in batches if batch.y is not None]
        return Samples(torch.cat(grids), torch.cat(labels), clouds.classes)


def occupied(points: Tensor, size: int, extent: float) -> Tensor:
    """Where the points of clouds are, (b n 3) -> (b 1 size size size) float32, each in the voxel of the nearest centre.

    >>> occupied(torch.tensor([[[1.0, 0.0, 0.0]]]), 3, 1.0).nonzero().tolist()  # x = 1 is the end of the last axis
    [[0, 0, 1, 1, 2]]
    """
    place = (points / extent + 1) / 2 * (size - 1)
    inside = ((place > -0.5) & (place < size - 0.5)).all(-1)
    x, y, z = place.round().clamp(0, size - 1).long().unbind(-1)
    flat = ((size - 1 - z) * size + (size - 1 - y)) * size + x
    grids = points.new_zeros(len(points), size**3, dtype=torch.float32)
    return grids.scatter_reduce(1, flat, inside.float(), "amax").reshape(-1, 1, size, size, size)
