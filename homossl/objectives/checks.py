"""Checks of hyper-parameters, for __post_init__."""

from __future__ import annotations

import math


def check_positive(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is finite and > 0."""
    for name in names:
        value = getattr(spec, name)
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{type(spec).__name__}.{name} must be finite and > 0, got {value}")


def check_non_negative(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is finite and >= 0."""
    for name in names:
        value = getattr(spec, name)
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{type(spec).__name__}.{name} must be finite and >= 0, got {value}")
