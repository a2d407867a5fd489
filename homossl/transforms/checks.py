"""Checks of strengths and widths, for __post_init__."""

from __future__ import annotations

import math
from typing import Any


def is_number(value: object) -> bool:
    """Whether it is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_interval(value: object) -> bool:
    """Whether it is a tuple (low, high) of finite numbers, 0 < low <= high."""
    return isinstance(value, tuple) and len(value) == 2 and all(map(is_number, value)) and 0 < value[0] <= value[1]


def require_strengths(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is a finite number, not negative."""
    for name in names:
        value = getattr(spec, name)
        if not (is_number(value) and value >= 0):
            raise ValueError(f"{type(spec).__name__}.{name} is a finite number, not negative, got {value}")


def require_turn(spec: Any) -> None:
    """Raise ValueError unless the field hue, in full turns, is at most a half."""
    if spec.hue > 0.5:
        raise ValueError(f"{type(spec).__name__}.hue is at most half a turn, 0.5, got {spec.hue}")
