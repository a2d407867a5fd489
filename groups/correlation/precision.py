"""The precision of correlations: that of the vectors, and float32 at the least."""

from __future__ import annotations

import torch
from torch import Tensor


def full_precision(left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """Both in the wider of their types, in float32 or better."""
    dtype = torch.promote_types(torch.promote_types(left.dtype, right.dtype), torch.float32)
    return left.to(dtype), right.to(dtype)
