"""Inputs to check a model on: smooth ones where the user gives none, and what a report says of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from groups import Action, FieldAction, Representation
from groups.plane import torus_of

SIDE = 33
"""Pixels along each side of a default field: of the form 2^k + 1, on which strides of 2 keep quarter turns."""


def smooth_input(action: Action, n: int = 8, size: int | None = None, seed: int = 0) -> Tensor:
    """A batch (n *event), float64: waves of random phase and orientation on fields, normal numbers on vectors.

    Raises:
        TypeError: the shape of what the action moves cannot be known.
    """
    generator = torch.Generator().manual_seed(seed)
    if isinstance(action, Representation):
        return torch.randn(n, action.dim, generator=generator, dtype=torch.float64)
    if not isinstance(action, FieldAction):
        raise TypeError(f"x is needed: the shape of what {action} moves is not known")
    h, w = _sides(action, size)
    return waves(n, action.fibre.dim, h, w, generator)


def waves(n: int, channels: int, h: int, w: int, generator: torch.Generator, count: int = 12) -> Tensor:
    """Sums of plane waves of at least 6 pixels' length under a window that falls to zero at the border, (n c h w)."""
    direction = torch.randn((n, channels, count, 2, 1, 1), generator=generator, dtype=torch.float64)
    fastest = 2 * torch.pi / 6 / direction.norm(dim=3, keepdim=True)
    speed = torch.rand((n, channels, count, 1, 1, 1), generator=generator, dtype=torch.float64)
    phase = 2 * torch.pi * torch.rand((n, channels, count, 1, 1), generator=generator, dtype=torch.float64)
    y, x = (torch.arange(side, dtype=torch.float64) - (side - 1) / 2 for side in (h, w))
    grid = torch.stack(torch.meshgrid(y, x, indexing="ij"))
    sums = ((direction * fastest * speed * grid).sum(3) + phase).cos().mean(2)
    return sums * _window(h)[:, None] * _window(w)


def fitting_input(network: nn.Module, source: Action, x: Tensor | None, seed: int = 0) -> Tensor:
    """Inputs (b *event) in the number format and on the device of a network; smooth ones where none are given.

    Raises:
        TypeError: x is no tensor of real numbers.
        ValueError: x is not finite, or no batch of what the source moves.
    """
    x = smooth_input(source, seed=seed).to(torch.get_default_dtype()) if x is None else x
    if not isinstance(x, Tensor) or x.is_complex():
        raise TypeError(f"x: expected a tensor of real numbers, got {getattr(x, 'dtype', type(x).__name__)}")
    if not x.isfinite().all():
        raise ValueError(f"x: expected finite numbers, got {int((~x.isfinite()).sum())} that are not")
    if not len(x) or (x.dim() != source.event_dim + 1 and source.event_dim == 3):
        raise ValueError(f"x: expected at least one sample in a batch (b c h w), got {tuple(x.shape)}")
    weights = (*network.parameters(), *network.buffers())
    return x.to(next((w for w in weights if w.is_floating_point()), x))


def settings_of(x: Tensor, seed: int) -> dict[str, Any]:
    """What a report says of its input, ready for JSON."""
    dtype = str(x.dtype).removeprefix("torch.")
    return {"input": list(x.shape), "dtype": dtype, "device": str(x.device), "seed": seed}


def _window(side: int) -> Tensor:
    return torch.hann_window(side + 2, periodic=False, dtype=torch.float64)[1:-1]


def _sides(action: FieldAction, size: int | None) -> tuple[int, int]:
    if torus := torus_of(action.group):
        return torus.h // action.stride, torus.w // action.stride
    return size or SIDE, size or SIDE
