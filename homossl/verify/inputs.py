"""Inputs to check a model on: smooth ones where the user gives none, and what a report says of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from groups import Action


def smooth_input(action: Action, n: int = 8, size: int | None = None, seed: int = 0) -> Tensor:
    """A batch (n *event), float64, as the action makes them: waves on fields, normal numbers on vectors.

    Raises:
        TypeError: the shape of what the action moves cannot be known.
    """
    return action.inputs(n, torch.Generator().manual_seed(seed), size)


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
    if not len(x) or (x.dim() != source.event_dim + 1 and source.event_dim > 1):
        axes = "b c h w" if source.event_dim == 3 else f"b and {source.event_dim} more"
        raise ValueError(f"x: expected at least one sample in a batch ({axes}), got {tuple(x.shape)}")
    weights = (*network.parameters(), *network.buffers())
    return x.to(next((w for w in weights if w.is_floating_point()), x))


def settings_of(x: Tensor, seed: int) -> dict[str, Any]:
    """What a report says of its input, ready for JSON."""
    dtype = str(x.dtype).removeprefix("torch.")
    return {"input": list(x.shape), "dtype": dtype, "device": str(x.device), "seed": seed}
