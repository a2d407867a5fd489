"""Where the border of the grid can be felt in the features of a moved field."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from groups import Element, FieldAction
from groups.plane import affine
from groups.warp import warp, within


def untouched(model: nn.Module, source: FieldAction, target: FieldAction, x: Tensor, g: Element) -> Tensor:
    """Cells of the features (h w) at which neither f(g x) nor rho(g) f(x) depends on the border of the grid.

    The pixels at the border, and those that g brings from beyond it, are set to NaN, which spreads just as far as the
    receptive field does: padding is never reached without them. Layers that normalise over space spread it everywhere.
    """
    edge = _edge(x)
    moved = edge | ~within(source.sources(g, x.shape), x.shape, inset=1).to(x.device)
    still, after = (model(x.masked_fill(cells, torch.nan)).isnan().any(1).any(0) for cells in (edge, moved))
    inverse = target.on_grid(affine(~g))
    seen = warp((~still).double()[None], inverse.to(x.device), "zeros")[0] > 1 - 1e-9
    return seen & ~after


def distances(side: tuple[int, ...], stride: int, device: torch.device | None = None) -> Tensor:
    """Pixels from the centre of the grid to each cell, (h w), where one cell is `stride` pixels."""
    row, column = (stride * (torch.arange(n, dtype=torch.float64, device=device) - (n - 1) / 2) for n in side)
    return (row[:, None].square() + column.square()).sqrt()


def free_radius(cells: Tensor, distance: Tensor) -> float:
    """The radius in pixels of the largest open disc about the centre whose cells (h w) are all in a set.

    >>> free_radius(torch.tensor([[False, True, True]]), torch.tensor([[1.0, 0.0, 1.0]]))
    1.0
    """
    return distance[~cells].min().item() if not cells.all() else torch.inf


def _edge(x: Tensor) -> Tensor:
    inner = torch.ones(x.shape[-2] - 2, x.shape[-1] - 2, dtype=torch.bool, device=x.device)
    return ~F.pad(inner, (1, 1, 1, 1))
