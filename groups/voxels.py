"""Reading voxels where the motions of the cube take them from."""

from __future__ import annotations

import torch
from torch import Tensor

from groups.element import Element
from groups.octahedral import cube_matrix

Cube = tuple[slice, slice, slice]
WHOLE: Cube = (slice(None), slice(None), slice(None))


def source_voxels(inverse: Element, side: int, region: Cube) -> Tensor:
    """Which voxel each one of a cube comes from, g^-1 u, as its place in the flat grid: (*batch) -> (*batch k k k)."""
    doubled = 2 * torch.arange(side, device=inverse.device) - (side - 1)
    depths, rows, columns = (doubled[part] for part in region)
    z, y, x = torch.meshgrid(-depths, -rows, columns, indexing="ij")
    matrix = cube_matrix(inverse).long()
    x, y, z = torch.einsum("...ij,jdhw->i...dhw", matrix, torch.stack([x, y, z]))
    depth, row, column = ((part + side - 1) // 2 for part in (-z, -y, x))
    return (depth * side + row) * side + column


def voxels_at(x: Tensor, place: Tensor) -> Tensor:
    """Voxels copied with all their channels, x: (*batch c n n n), place: (*batch k k k) -> (*batch c k k k).

    x is not expanded: many views share one gradient buffer.
    """
    c, cells, batch = x.shape[-4], x.shape[-3:].numel(), x.shape[:-4]
    first = cells * torch.arange(batch.numel(), device=x.device).reshape(*batch, 1, 1, 1)
    place = place + first
    rows = x.movedim(-4, -1).reshape(-1, c).index_select(0, place.flatten())
    return rows.reshape(*place.shape, c).movedim(-1, -4)
