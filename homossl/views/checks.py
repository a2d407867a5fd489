"""Checks of what views are made of, for __post_init__."""

from __future__ import annotations


def require_whole(field: str, value: object) -> None:
    """Raise ValueError unless a named field is a whole number, at least 1."""
    if type(value) is not int or value < 1:
        raise ValueError(f"{field} is a whole number, at least 1, got {value}")


def require_probability(field: str, value: float) -> None:
    """Raise ValueError unless a named field is in [0, 1]."""
    if not 0 <= value <= 1:
        raise ValueError(f"{field} is a probability, got {value}")
