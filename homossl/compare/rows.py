"""The rows of a comparison: a measure, both runs, and their difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homossl.compare.measured import Measured
from homossl.evaluate.pose.scores import CONTROLS
from homossl.report.statistics import Interval, paired


@dataclass(frozen=True)
class Row:
    """A measure of both runs, with intervals over test images where it is a mean over them."""

    measure: str
    a: Interval
    b: Interval
    difference: Interval
    """b - a, paired by image."""

    def cells(self) -> tuple[str, str, str, str]:
        """The row as text."""
        return self.measure, f"{self.a:.3f}", f"{self.b:.3f}", f"{self.difference:+.3f}"


def accuracy_rows(a: Measured, b: Measured) -> Iterator[Row]:
    """Test accuracies, with the pose kept and pooled."""
    for readout in ("pose_kept", "pooled"):
        one, two = (getattr(run.accuracy, readout).by_protocol() for run in (a, b))
        for protocol in one:
            yield _plain(f"{protocol}, {readout.replace('_', ' ')}", one[protocol].mean, two[protocol].mean)


def latent_rows(a: Measured, b: Measured) -> Iterator[Row]:
    """The structure of the latents."""
    one, two = a.latents.measures(), b.latents.measures()
    return (_plain(measure, one[measure], two[measure]) for measure in one)


def pose_rows(a: Measured, b: Measured, control: str = "true") -> Iterator[Row]:
    """What is read of the motion, or of what is put in its place."""
    one, two = a.pose.measures(), b.pose.measures()
    for measure, numbers in one.items():
        if control in numbers:
            sampled = measure in a.pose.samples
            difference = _paired(a, b, measure, control) if sampled else None
            yield _row(_titled(measure, control), numbers[control], two[measure][control], difference)


def _paired(a: Measured, b: Measured, measure: str, control: str) -> Interval:
    return paired(b.pose.samples[measure][control].tolist(), a.pose.samples[measure][control].tolist())


def _titled(measure: str, control: str) -> str:
    return measure if control == CONTROLS[0] else f"{measure}, {control}"


def _plain(measure: str, a: float, b: float) -> Row:
    return _row(measure, Interval(a), Interval(b), None)


def _row(measure: str, a: Interval, b: Interval, difference: Interval | None) -> Row:
    return Row(measure, a, b, difference or Interval(b.mean - a.mean))
