"""Means of times and of their ratios, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from homossl.report.statistics import interval


@dataclass(frozen=True)
class Estimate:
    """A positive quantity, and the interval that it lies in.

    >>> print(Estimate(1.234, 1.1, 1.41))
    1.23 (1.10–1.41)
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return format(self, ".2f")

    def __format__(self, spec: str) -> str:
        return f"{self.value:{spec}} ({self.low:{spec}}–{self.high:{spec}})"

    def __rmul__(self, factor: float) -> Estimate:
        return Estimate(factor * self.value, factor * self.low, factor * self.high)


def estimate(values: Sequence[float], level: float = 0.95) -> Estimate:
    """The geometric mean, with Student's interval for the mean of the logarithms.

    >>> print(estimate([1.0, 2.0, 4.0]))  # exp(log 2 ± 4.303 log 2 / sqrt 3)
    2.00 (0.36–11.19)

    Raises:
        ValueError: there are less than two values, or one is not above zero.
    """
    if len(values) < 2 or min(values) <= 0:
        raise ValueError(f"an estimate needs two or more values above zero, got {list(values)}")
    logs = interval([math.log(value) for value in values], level)
    assert logs.half is not None
    low, mean, high = (math.exp(logs.mean + side * logs.half) for side in (-1, 0, 1))
    return Estimate(mean, low, high)


def ratio(a: Sequence[float], b: Sequence[float], level: float = 0.95) -> Estimate:
    """How many times b a is, where a[i] and b[i] were measured in one round.

    Raises:
        ValueError: they are of different lengths, or too few.
    """
    if len(a) != len(b):
        raise ValueError(f"ratios are taken within rounds, got {len(a)} and {len(b)} of them")
    return estimate([x / y for x, y in zip(a, b, strict=True)], level)
