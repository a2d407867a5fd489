"""Checks of the numbers in a rule, for __post_init__."""

from __future__ import annotations

import math


def check_whole(spec: object, *names: str, least: int = 0) -> None:
    """Raise ValueError unless each named field is a whole number, not below the least."""
    met = {name: type(value := getattr(spec, name)) is int and value >= least for name in names}
    require(spec, f"a whole number, at least {least}", **met)


def check_positive(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is a finite number above 0."""
    met = {name: is_finite(value := getattr(spec, name)) and value > 0 for name in names}
    require(spec, "a finite number above 0", **met)


def check_non_negative(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is a finite number, 0 or above."""
    met = {name: is_finite(value := getattr(spec, name)) and value >= 0 for name in names}
    require(spec, "a finite number, at least 0", **met)


def require(spec: object, expected: str, **met: bool) -> None:
    """Raise ValueError, naming the field and its value, unless each named field meets what is expected."""
    for name, holds in met.items():
        if not holds:
            raise ValueError(f"{type(spec).__name__}.{name} must be {expected}, got {getattr(spec, name)!r}")


def is_finite(value: object) -> bool:
    """Whether it is a number, neither infinite nor nan; truth values are none.

    >>> is_finite(2), is_finite(0.5), is_finite(float("nan")), is_finite("0.5"), is_finite(True)
    (True, True, False, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
