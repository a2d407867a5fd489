"""Moving band-limited fields without interpolation error, by the cardinal series."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Element, FieldAction
from groups.plane import affine
from groups.warp import Window, source_points


@dataclass(frozen=True)
class SpectralAction(FieldAction):
    """A field action that reads between pixels by the cardinal series, f(p) = sum_u f(u) sinc(p - u) along both axes.

    It is exact to rounding for fields that have no frequencies above the grid's and vanish towards its border; whatever
    the padding, the field is zero beyond. Jumps and kinks ring, the slower decaying the sharper they are.

    Source: Shannon 1949, Communication in the presence of noise, theorem 1.
    """

    refinement: int = 1
    """Cells of the grid for each cell of the field's own grid."""

    def _move_points(self, g: Element, x: Tensor, window: Window) -> Tensor:
        inverse = self.on_grid(affine(~g, x.dtype))
        return cardinal(x, source_points(inverse, x.shape[-2], x.shape[-1], window))

    def on_grid(self, motion: Tensor) -> Tensor:
        r = self.refinement
        return super().on_grid(motion) * motion.new_tensor([[1, 1, r], [1, 1, r], [1, 1, 1]])


def spectral(action: FieldAction, refinement: int = 1) -> SpectralAction:
    """The same action on band-limited fields, on its own grid or on one that is finer by a whole number."""
    return SpectralAction(action.group, action.fibre, action.stride, action.padding, refinement)


def cardinal(x: Tensor, points: Tensor) -> Tensor:
    """The cardinal series at points (row, column): x (*batch c h w), points (*batch k l 2) -> (*batch c k l)."""
    rows, columns = (torch.arange(side, dtype=x.dtype, device=x.device) for side in x.shape[-2:])
    lines = []
    for line in points.unbind(-3):
        row, column = torch.sinc(line[..., :1] - rows), torch.sinc(line[..., 1:] - columns)
        lines.append(torch.einsum("...chw,...lh,...lw->...cl", x, row, column))
    return torch.stack(lines, dim=-2)


def refined(x: Tensor, refinement: int) -> Tensor:
    """The field on a grid that holds its own grid: (*batch c h w) -> (*batch c r(h-1)+1 r(w-1)+1)."""
    sides = [torch.arange(refinement * (n - 1) + 1, dtype=x.dtype, device=x.device) / refinement for n in x.shape[-2:]]
    return cardinal(x, torch.stack(torch.meshgrid(*sides, indexing="ij"), dim=-1))


BUMPS = 12


def band_limited(
    action: FieldAction, n: int, size: int, band: float, generator: torch.Generator, floor: float = 1e-4
) -> Tensor:
    """Random smooth fields (n c size size), float64: sums of Gaussian bumps exp(-|u - m|^2 / 2 s^2) on [-1, 1]^2.

    The spectrum of a bump falls to `floor` at `band`, and the bump to `floor` at the inscribed circle, so that a field
    has both a band and a support to that precision. The same draw gives the same field at every size.

    Args:
        band: the highest frequency, in cycles across the grid; the grid itself carries (size - 1) / 2.

    Raises:
        ValueError: the grid does not carry the band, or the band leaves no room for the bumps within the grid.
    """
    decay = math.sqrt(-2 * math.log(floor))
    width = decay / (math.pi * band)
    room = 1 - decay * width
    if room <= 0 or band > (size - 1) / 2:
        least, most = decay**2 / math.pi, (size - 1) / 2
        raise ValueError(f"fields on a grid of {size} have bands above {least:.3g} up to {most:g} cycles, got {band:g}")
    height = torch.randn(n, action.fibre.dim, BUMPS, generator=generator, dtype=torch.float64)
    middle = _in_disc(n, room, generator)
    side = torch.linspace(-1, 1, size, dtype=torch.float64)
    row, column = (-(side - middle[..., None]).square() / (2 * width**2)).exp().unbind(1)
    return torch.einsum("nck,nkh,nkw->nchw", height, row, column)


def _in_disc(n: int, radius: float, generator: torch.Generator) -> Tensor:
    """Places spread evenly over a disc, (n 2 bumps)."""
    share, turn = torch.rand(2, n, BUMPS, generator=generator, dtype=torch.float64)
    angle = 2 * math.pi * turn
    return radius * share.sqrt()[:, None] * torch.stack([angle.sin(), angle.cos()], dim=1)
