"""The precision that is computed in where the numbers come from half-precision networks."""

from __future__ import annotations

import torch
from torch import Tensor


def full_precision(x: Tensor) -> Tensor:
    """The same in float32 or better."""
    return x.to(torch.promote_types(x.dtype, torch.float32))
