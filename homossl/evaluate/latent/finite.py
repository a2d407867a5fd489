"""Refuse what is not a number before it is measured."""

from __future__ import annotations

from torch import Tensor


def check_finite(what: str, values: Tensor) -> None:
    """Raises: ValueError: some values are infinite, or not numbers."""
    if not values.isfinite().all():
        raise ValueError(f"expected finite {what}, got {int((~values.isfinite()).sum())} numbers that are not")
