"""The filters of convolutions on finer grids: continuous ones sampled there, all others as the same taps."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from groups._escnn import enn

WIDTHS = 4.0
"""Widths sigma at which a Gaussian ring is cut off, along a circle, so that the cut keeps every turn."""
NARROW = 0.1
"""A ring narrower than this part of a pixel is a point, and stays a tap."""


@dataclass(frozen=True)
class FineGrid:
    """The grid of a kernel, (2 radius + 1)^2 points, `refinement` of them to a pixel."""

    refinement: int
    radius: int

    @property
    def side(self) -> int:
        return 2 * self.radius + 1

    def points(self) -> Tensor:
        """Where the kernel is sampled, (p 2): x to the right and y up, in pixels; float32, as escnn samples."""
        axis = torch.arange(-self.radius, self.radius + 1, dtype=torch.float32) / self.refinement
        return torch.stack([axis.repeat(self.side), -axis.repeat_interleave(self.side)], dim=-1)

    def taps(self, kernel: Tensor, dilation: int) -> Tensor:
        """The taps of a coarse kernel at their places: (*batch k k) -> (*batch side side)."""
        fine = kernel.new_zeros(*kernel.shape[:-2], self.side, self.side)
        step = dilation * self.refinement
        first = self.radius - step * (kernel.shape[-1] - 1) // 2
        fine[..., first : self.side - first : step, first : self.side - first : step] = kernel
        return fine


def tap_kernel(conv: Any, refinement: int) -> Tensor:
    """The kernel (o i k k) that acts on every `refinement`-th pixel as the layer does on all, whatever its weights."""
    kernel, dilation = _weight(conv), same(conv.dilation)
    radius = dilation * refinement * (kernel.shape[-1] - 1) // 2
    return FineGrid(refinement, radius).taps(kernel, dilation)


def fine_kernel(conv: Any, refinement: int) -> Tensor:
    """The continuous filter of a steerable layer on a finer grid, (o i k k), plus what its basis does not hold as taps.

    A ring of width sigma becomes K(v) / refinement^2, a quadrature of the same integral; a ring without width stays the
    tap it is. Layers without a known continuous filter keep their taps.
    """
    if not has_continuous_filter(conv):
        return tap_kernel(conv, refinement)
    weight, dilation = _weight(conv), conv.dilation
    coarse = dilation * refinement * (conv.kernel_size - 1) // 2
    grid = FineGrid(refinement, max(coarse, math.floor(_reach(conv) * refinement)))
    points = torch.as_tensor(conv.basisexpansion.points, dtype=torch.float32)
    within = _expanded(conv, lambda block: _analytic(block, points, points))
    return _expanded(conv, lambda block: _refined(block, points, grid, dilation)) + grid.taps(weight - within, dilation)


def has_continuous_filter(conv: nn.Module) -> bool:
    """Whether a layer samples a continuous filter."""
    return isinstance(conv, enn.R2Conv) and conv.kernel_size > 1


def same(pair: Any) -> int:
    """The one number for both axes.

    Raises:
        TypeError: they differ.
    """
    first, *rest = (pair,) if isinstance(pair, int) else pair
    if any(other != first for other in rest):
        raise TypeError(f"only convolutions that are the same along both axes are refined, got {pair}")
    return first


def _expanded(conv: Any, basis: Callable[[Any], Tensor]) -> Tensor:
    """The kernel (o i k k) of a layer's weights in another basis of as many elements."""
    expansion = deepcopy(conv.basisexpansion)
    for block in expansion.children():
        block.sampled_basis = basis(block)
        expansion.S = block.sampled_basis.shape[-1]
    kernel = expansion(conv.weights).detach()
    return kernel.unflatten(-1, (math.isqrt(expansion.S), -1))


def _refined(block: Any, points: Tensor, grid: FineGrid, dilation: int) -> Tensor:
    """The basis on the fine grid: rings as quadratures, points as taps."""
    coarse = _analytic(block, points, points)
    fine = _analytic(block, points, grid.points()) * (dilation / grid.refinement) ** 2
    sigma = fine.new_tensor([element["sigma"] for element in block.get_basis_info()])[:, None, None, None]
    far = grid.points().to(fine).norm(dim=-1) > max(_ends(block)) + 1e-6
    side = math.isqrt(len(points))
    taps = grid.taps(coarse.unflatten(-1, (side, side)), dilation).flatten(-2)
    return taps.where(sigma < NARROW * dilation, fine.masked_fill(far, 0))


def _analytic(block: Any, points: Tensor, at: Tensor) -> Tensor:
    """The analytic basis (s o i p) at some points, normalised as the layer's own is at `points`."""
    stored = block.sampled_basis
    raw, there = _sampled(block, points).to(stored), _sampled(block, at).to(stored)
    scale = (stored * raw).sum((1, 2, 3), keepdim=True) / raw.square().sum((1, 2, 3), keepdim=True)
    return scale * there


def _sampled(block: Any, points: Tensor) -> Tensor:
    return block.basis.sample(points).permute(1, 2, 3, 0)[block._mask]


def _reach(conv: Any) -> float:
    """Pixels from the centre to where the widest ring is cut off."""
    return max(end for block in conv.basisexpansion.children() for end in _ends(block))


def _ends(block: Any) -> list[float]:
    return [element["radius"] + WIDTHS * element["sigma"] for element in block.get_basis_info()]


def _weight(conv: Any) -> Tensor:
    return getattr(conv, "filter" if isinstance(conv, enn.R2Conv) else "weight").detach()
