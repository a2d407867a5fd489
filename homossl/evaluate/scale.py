"""The scale of features."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Scale:
    """Mean and standard deviation of each feature; one where a feature is constant."""

    mean: Tensor
    std: Tensor

    @classmethod
    def of(cls, x: Tensor) -> Scale:
        """The statistics of x: (n d)."""
        mean, std = x.mean(0), x.std(0, correction=0)
        return cls(mean, torch.where(std > 1e-6 * (1e-6 + mean.abs()), std, 1))

    def standardise(self, x: Tensor) -> Tensor:
        """(x - mean) / std."""
        return (x - self.mean) / self.std

    def restore(self, x: Tensor) -> Tensor:
        """x std + mean."""
        return x * self.std + self.mean
