"""The residual that every check of a homomorphism is made of."""

from __future__ import annotations

import torch
from torch import Tensor


def residuals(actual: Tensor, expected: Tensor) -> Tensor:
    """|actual - expected| / |expected| of each sample, (b *event) -> (b); zero where both are zero.

    >>> residuals(torch.tensor([[3.0, 4.0], [1.0, 0.0]]), torch.tensor([[3.0, 0.0], [1.0, 0.0]])).tolist()
    [1.333..., 0.0]

    Raises:
        ValueError: the shapes differ, so that broadcasting would hide an error.
    """
    if actual.shape != expected.shape:
        raise ValueError(f"expected shape {tuple(expected.shape)}, got {tuple(actual.shape)}")
    precision = torch.promote_types(expected.dtype, torch.float32)
    expected = expected.to(precision).flatten(1)
    difference = actual.to(precision).flatten(1) - expected
    return difference.norm(dim=1) / expected.norm(dim=1).clamp_min(torch.finfo(precision).tiny)
