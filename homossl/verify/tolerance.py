"""What a layer may miss by."""

from __future__ import annotations

import torch
from torch import Tensor

INTERPOLATION = 0.5
"""What an interpolating action may always miss by; above it, up to what an element that is not the right one does."""
LOST = 0.5
"""The share that moving there and back may lose of a field, beyond which its grid is too coarse to tell anything."""


def tolerated(rows: Tensor, exact: Tensor, dtype: torch.dtype, parts: int = 1) -> Tensor:
    """Rounding, of all its parts, where nothing is interpolated; elsewhere chance, what wrong elements miss by; (g).

    Where the output does not move, no element is wrong, and another sample takes its place. Where moving there and back
    loses more than half, anything is tolerated.
    """
    if exact.all():
        return torch.full(exact.shape, parts * rounding(dtype), dtype=torch.float64)
    _, own, _, *wrong, other, resampled = rows[~exact].double().median(2).values.unbind(1)
    moved = [one[differs] for one in wrong if (differs := (one - own).abs() > 1e-6 * own).any()]
    chance = torch.stack([one.mean() for one in moved or [other]]).amin()
    tolerance = torch.full(exact.shape, parts * rounding(dtype), dtype=torch.float64)
    tolerance[~exact] = torch.where(resampled > LOST, torch.inf, chance.clamp_min(INTERPOLATION))
    return tolerance


def rounding(dtype: torch.dtype) -> float:
    """The relative error that rounding can explain where nothing is interpolated."""
    return max(32 * torch.finfo(dtype).eps, 1e-5)
