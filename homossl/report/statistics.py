"""Means over seeds, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy.special import stdtrit


@dataclass(frozen=True)
class Interval:
    """mean ± half, or the mean alone where one seed leaves nothing to estimate a spread from.

    >>> print(Interval(84.81, 1.23), "and", f"{Interval(2.0):+.2f}")
    84.8 ± 1.2 and +2.00
    """

    mean: float
    half: float | None = None

    def __format__(self, spec: str) -> str:
        sign, digits = ("+", spec.removeprefix("+")) if spec.startswith("+") else ("", spec)
        digits = digits or ".1f"
        spread = "" if self.half is None else f" ± {self.half:{digits}}"
        return (f"{self.mean:{sign}{digits}}" + spread).replace("-", "−")

    def __str__(self) -> str:
        return format(self)


def interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """Student's interval for the mean of n independent values, mean ± t_{(1 + level)/2, n - 1} s / sqrt n.

    >>> interval([1.0, 2.0, 3.0])  # 4.303 / sqrt 3
    Interval(mean=2.0, half=2.484...)

    Raises:
        ValueError: there are no values, or the level is not in (0, 1).
    """
    if not values or not 0 < level < 1:
        raise ValueError(f"interval needs values and a level in (0, 1), got {list(values)} and {level}")
    n, mean = len(values), fmean(values)
    if n == 1:
        return Interval(mean)
    return Interval(mean, float(stdtrit(n - 1, (1 + level) / 2)) * stdev(values) / math.sqrt(n))


def paired(a: Sequence[float], b: Sequence[float], level: float = 0.95) -> Interval:
    """The interval for the mean of a - b, where a[i] and b[i] share a seed.

    Raises:
        ValueError: a and b differ in length.
    """
    if len(a) != len(b):
        raise ValueError(f"paired values come in pairs, got {len(a)} and {len(b)}")
    return interval([x - y for x, y in zip(a, b, strict=True)], level)
