"""What a residual is made of: interpolation, border, filter sampling, and the model's own error."""

from homossl.verify.budgets.budget import Budget, Part, budget
from homossl.verify.budgets.planted import planted
from homossl.verify.budgets.refine import refine
from homossl.verify.budgets.resolution import budgets_by_resolution, rates
from homossl.verify.budgets.spectral import SpectralAction, band_limited, spectral

__all__ = [
    "Budget",
    "Part",
    "SpectralAction",
    "band_limited",
    "budget",
    "budgets_by_resolution",
    "planted",
    "rates",
    "refine",
    "spectral",
]
