"""Bounds of the numbers in a spec."""

from __future__ import annotations


def at_least(least: int, **values: int | None) -> None:
    """Check that each value, given by its name, is not below a bound; None passes.

    >>> at_least(1, seeds=3, threads=None)

    Raises:
        ValueError: one is.
    """
    for name, value in values.items():
        if value is not None and value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")
