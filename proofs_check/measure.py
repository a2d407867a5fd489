"""Measuring a claim: each case with its control, in numbers or with the message of what went wrong."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from proofs_check.claim import Claim
from proofs_check.library import load


@dataclass(frozen=True)
class Measurement:
    """What one case came out at; a number that could not be had is nan."""

    residual: float
    control: float
    seconds: float
    error: str = ""
    """What went wrong, where it did."""


@dataclass(frozen=True)
class Verdict:
    """A claim with a measurement of each of its cases."""

    name: str
    claim: Claim
    measurements: tuple[Measurement, ...]

    @property
    def passed(self) -> tuple[bool, ...]:
        """Case by case, whether residual <= bound and control > miss; nan does neither."""
        return tuple(m.residual <= self.claim.bound and m.control > self.claim.miss for m in self.measurements)

    @property
    def holds(self) -> bool:
        """Whether every case passed."""
        return all(self.passed)

    @property
    def seconds(self) -> float:
        """The time that its cases took, one after the other."""
        return sum(m.seconds for m in self.measurements)


def measure(name: str, index: int) -> Measurement:
    """Measure one case of the claim of that name."""
    case, start = load(name).cases[index], time.perf_counter()
    (residual, one), (control, other) = _number(case.residual), _number(case.control)
    error = "; ".join(filter(None, [one and f"residual: {one}", other and f"control: {other}"]))
    return Measurement(residual, control, time.perf_counter() - start, error)


def _number(compute: Callable[[], float]) -> tuple[float, str]:
    try:
        return float(compute()), ""
    except Exception as error:
        return math.nan, f"{type(error).__name__}: {' '.join(str(error).split())}"
