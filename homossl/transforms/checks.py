"""Checks of strengths and widths, for __post_init__."""

from __future__ import annotations

import math


def is_number(value: object) -> bool:
    """Whether it is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_interval(value: object) -> bool:
    """Whether it is a tuple (low, high) of finite numbers, 0 < low <= high."""
    return isinstance(value, tuple) and len(value) == 2 and all(map(is_number, value)) and 0 < value[0] <= value[1]
