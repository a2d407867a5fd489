"""How much of the action can be read from latents, as one value."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from groups import Group
from homossl.evaluate.pose.code import names
from homossl.evaluate.pose.following import Samples
from homossl.evaluate.pose.reading import Reading
from homossl.report.finite import null_for_infinite
from homossl.report.statistics import Interval, interval
from homossl.report.text import aligned

CONTROLS = ("true", "shuffled", "identity", "chance")
"""The measure itself, and its controls; `Reading` and `retrieval` say what each of them is."""
ERROR, EXACT = "geodesic error", "motion named exactly"
R2, R2_LEGACY = "R², mean over dimensions", "R² (SIE legacy)"
MRR = "MRR"
NO_RANKS = "MRR and H@k are left out: they need several views of one image, and frames come in pairs."


@dataclass(frozen=True, eq=False)
class PoseScores:
    """What is read of motions of a group, beside controls; `Reading` and `retrieval` say what each of them is.

    Intervals are over held-out images; motions, and so the images' values, are the same for all encoders of one seed.
    """

    group: Group
    """What moved the images."""
    reading: Reading
    """The motion of a pair, read from [z_l; z_r]."""
    retrieval: Samples = field(default_factory=dict)
    """Ranks of views by where they are predicted; none where views are frames, which come in pairs."""
    predictor: str | None = None
    """What predicted them."""

    @property
    def left_out(self) -> str | None:
        """What is not measured, and why; None where everything is."""
        return None if self.retrieval else NO_RANKS

    @property
    def samples(self) -> Samples:
        """What is measured on each image: measure -> control -> (n)."""
        exact = {name: (error < 1e-5).double() for name, error in self.reading.errors.items()}
        named = {} if self.group.order is None else {EXACT: exact}
        return {ERROR: self.reading.errors} | named | self.retrieval

    def measures(self) -> dict[str, dict[str, Interval]]:
        """measure -> control -> its mean over images, with the 95 % interval where it is one."""
        means = {
            measure: {name: interval(value.tolist()) for name, value in values.items()}
            for measure, values in self.samples.items()
        }
        over_dimensions = {name: Interval(r2.nanmean().item()) for name, r2 in self.reading.r2.items()}
        legacy = {name: Interval(r2) for name, r2 in self.reading.r2_legacy.items()}
        return means | {R2: over_dimensions, R2_LEGACY: legacy}

    def dimensions(self) -> dict[str, dict[str, Interval]]:
        """R^2 of each dimension of the code that varies, by its name."""
        varies = ~self.reading.r2["true"].isnan()
        return {name: self._dimension(k) for k, name in enumerate(names(self.group)) if varies[k]}

    def table(self) -> str:
        """One line for each measure and each dimension of the code, and the controls beside the true motion."""
        rows = [row(measure, values) for measure, values in self._numbers().items()]
        return "\n".join([aligned(("measure", *CONTROLS), rows), *filter(None, [self.left_out])])

    def to_dict(self) -> dict[str, Any]:
        """Everything but the values of single images, ready for JSON: None where a number is infinite, or is none."""
        numbers = {
            measure: {name: asdict(number) for name, number in values.items()}
            for measure, values in self._numbers().items()
        }
        about = {"group": str(self.group), "predictor": self.predictor, "left_out": self.left_out}
        return about | {"measures": null_for_infinite(numbers)}

    def _numbers(self) -> dict[str, dict[str, Interval]]:
        return self.measures() | {f"R² of {name}": values for name, values in self.dimensions().items()}

    def _dimension(self, k: int) -> dict[str, Interval]:
        return {name: Interval(r2[k].item()) for name, r2 in self.reading.r2.items()}


def row(measure: str, values: dict[str, Interval]) -> tuple[str, ...]:
    """A measure and its numbers, empty where a control makes no sense."""
    return measure, *[f"{values[name]:.3f}" if name in values else "" for name in CONTROLS]
