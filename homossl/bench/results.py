"""What a benchmark found, as one value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from statistics import linear_regression
from typing import Any

from homossl.bench.marking import GROUPS
from homossl.bench.measure import Measured, Point
from homossl.bench.profile import Profile
from homossl.bench.setting import Setting
from homossl.bench.work import DEVICE
from homossl.report import Interval, interval, machine

FORMAT = "homossl bench 1"
"""What the JSON calls itself."""


@dataclass(frozen=True)
class Results:
    """Every arm in one setting or, in a sweep, in several."""

    points: tuple[Point, ...]
    rounds: int
    steps: int
    axis: str | None = None
    """What changes from point to point."""
    profiles: tuple[Profile, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Arms that were not measured, and why."""

    @property
    def setting(self) -> Setting:
        """The first setting."""
        return self.points[0].setting

    def value(self, point: Point) -> int:
        """Where a point is on the axis of the sweep."""
        assert self.axis is not None
        return getattr(point.setting, self.axis)

    def exponent(self, name: str) -> Interval:
        """The slope of log time over the log of the value, its mean over rounds: time grows as value^exponent."""
        logs = [math.log(self.value(point)) for point in self.points]
        columns = [measured.ms for point in self.points if (measured := point.arm(name))]
        rounds = zip(*columns, strict=True)
        return interval([linear_regression(logs, [math.log(ms) for ms in each]).slope for each in rounds])

    def about(self) -> dict[str, str]:
        """The settings by name."""
        parts = {f.name: getattr(self.setting, f.name) for f in fields(Setting)}
        swept = {self.axis: ", ".join(str(self.value(point)) for point in self.points)} if self.axis else {}
        rounds = {"rounds": self.rounds, "steps in each round": self.steps}
        shown = parts | {"device": self.setting.where, "encoder": self.setting.encoder} | swept | rounds
        return {name.capitalize(): str(value) for name, value in shown.items() if value is not None}

    def _swept(self) -> list[str]:
        arms = self.points[0].arms if self.axis else ()
        return [measured.arm.name for measured in arms if measured.arm.kind != DEVICE]

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {
            "format": FORMAT,
            "machine": machine(),
            "rounds": self.rounds,
            "steps": self.steps,
            "sweep": self.axis,
            "exponents": {name: asdict(self.exponent(name)) for name in self._swept()},
            "points": [_point(point) for point in self.points],
            "profiles": {profile.name: {g: list(profile.ms[g]) for g in GROUPS} for profile in self.profiles},
            "left_out": dict(self.left_out),
        }


def _point(point: Point) -> dict[str, Any]:
    device = {"device": str(point.setting.where)}
    return {"setting": asdict(point.setting) | device, "arms": {m.arm.name: _arm(point, m) for m in point.arms}}


def _arm(point: Point, measured: Measured) -> dict[str, Any]:
    told = {name: getattr(measured, name) for name in ("images", "pairs", "flops", "moved", "memory")}
    kind, shares = measured.arm.kind, (point.share_of_matmul(measured), point.share_of_copy(measured))
    ratios = {to: point.ratio(measured.arm.name, to) for to in kind.references}
    return {
        "title": measured.arm.title,
        "kind": kind.name,
        "timed": kind.timed,
        **told,
        "ms": list(measured.ms),
        "ms_per_step": asdict(measured.time),
        "images_per_second": measured.per_second(measured.images),
        "pairs_per_second": measured.per_second(measured.pairs),
        "flops_per_second": None if measured.flops is None else measured.per_second(measured.flops),
        "share_of_matmul": shares[0] and asdict(shares[0]),
        "share_of_copy": shares[1] and asdict(shares[1]),
        "ratios": {to: asdict(found) for to, found in ratios.items() if found},
    }
