"""A fault of known size, to see what a check or a budget can tell."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from homossl.verify.budgets.refine import copied


def planted(model: nn.Module, layer: int, size: float = 0.01, seed: int = 0) -> nn.Module:
    """A float64 copy of a network in evaluation mode, with one steerable filter changed outside its equivariant basis.

    K' = K + size |K| N / |N|, with N normal noise at right angles to every filter that the basis holds.

    Raises:
        IndexError: there is no such steerable convolution.
    """
    network = copied(model)
    convolutions: list[Any] = [module for module in network.modules() if hasattr(module, "basisexpansion")]
    if not -len(convolutions) <= layer < len(convolutions):
        raise IndexError(f"expected a steerable convolution below {len(convolutions)}, got {layer}")
    conv = convolutions[layer]
    generator = torch.Generator().manual_seed(seed)
    fault = _outside(conv, torch.randn(conv.filter.numel(), generator=generator, dtype=torch.float64))
    conv.filter = conv.filter + size * conv.filter.norm() * (fault / fault.norm()).view_as(conv.filter)
    return network


def _outside(conv: Any, noise: Tensor) -> Tensor:
    unit = torch.eye(len(conv.weights), dtype=torch.float64)
    basis = torch.stack([conv.basisexpansion(weights).flatten() for weights in unit])
    return noise - basis.T @ torch.linalg.lstsq(basis.T, noise[:, None]).solution[:, 0]
