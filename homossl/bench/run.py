"""A whole benchmark: one setting, or one for each value of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from homossl.bench.arms import installed
from homossl.bench.measure import measure
from homossl.bench.processes import measure_processes
from homossl.bench.profile import profiles
from homossl.bench.results import Results
from homossl.bench.setting import Setting
from homossl.bench.work import Arm

Axis = Literal["order", "width", "size", "batch", "processes"]
VALUES: dict[Axis, tuple[int, ...]] = {
    "order": (2, 4, 8, 16),
    "width": (16, 32, 64),
    "size": (17, 33, 65),
    "batch": (8, 16, 32, 64),
    "processes": (1, 2),
}
"""What is swept where no values are given."""


def bench(
    arms: Sequence[Arm],
    setting: Setting,
    rounds: int,
    steps: int,
    *,
    axis: Axis | None = None,
    values: Sequence[int] = (),
    profiled: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Results:
    """Measure the arms that are installed, and where asked for the profile.

    Raises:
        ValueError: a value of the sweep does not fit the setting, or the device is not available.
    """
    settings = swept(setting, axis, values)
    arms, left_out = installed(arms)
    measured = measure_processes if axis == "processes" else measure
    points = measured(arms, settings, rounds, steps, say)
    found = tuple(profiles(setting, rounds, say)) if profiled else ()
    return Results(points, rounds, steps, axis, found, left_out)


def swept(setting: Setting, axis: Axis | None, values: Sequence[int] = ()) -> list[Setting]:
    """The setting, or one for each value on an axis.

    Raises:
        ValueError: there are values without an axis, less than two, or one that does not fit.
    """
    if axis is None:
        if values:
            raise ValueError(f"--values {' '.join(map(str, values))}: name what is swept, with --sweep")
        return [setting]
    values = sorted(set(values or VALUES[axis]))
    if len(values) < 2:
        raise ValueError(f"--values: a sweep needs two different values or more, got {values[0]}")
    return [replace(setting, **{axis: value}) for value in values]
