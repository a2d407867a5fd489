"""Differences of latents that are all the same are zero, whatever the rounding of their mean."""

from __future__ import annotations

from torch import Tensor

ROUNDING = 1e-12
"""Differences in float64 that are smaller, relative to what is subtracted, are zero."""


def difference(a: Tensor, b: Tensor, z: Tensor) -> Tensor:
    """a - b, of latents or their means, (m d); zero where it is rounding, beside the largest of each feature of z."""
    apart = a - b
    return apart.where(apart.abs() > ROUNDING * z.abs().amax(0), 0)
