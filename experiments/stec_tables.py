"""Tables of S-TEC beside its baselines, with intervals over seeds and differences paired by seed.

The arms of a baseline B are "B" and "S-TEC, B".
"""

from __future__ import annotations

from collections.abc import Iterable

from experiments.arms import Results
from experiments.writing import markdown
from homossl.report import Interval, interval, paired

HEADLINES = ("5 labels per class, %", "1-NN, %", "Fisher ratio", "effective rank", "R^2 of the motion")


def pair_table(results: Results) -> list[str]:
    """Every measure of SimCLR and S-TEC."""
    shown = ("frozen", "SimCLR", "S-TEC, SimCLR")
    rows = [
        [name, *[written(name, mean(results, arm, name)) for arm in shown], difference(results, "SimCLR", name)]
        for name in results["SimCLR"][0]
    ]
    return list(markdown(("", "frozen", "SimCLR", "S-TEC", "S-TEC minus SimCLR"), rows))


def family_table(results: Results, baselines: Iterable[str]) -> list[str]:
    """What the inverse model adds to every baseline."""
    first = HEADLINES[0]
    rows = [
        [arm, written(first, mean(results, arm, first)), *[difference(results, arm, name) for name in HEADLINES]]
        for arm in baselines
    ]
    return list(markdown(("baseline", first, *[f"S-TEC adds: {name}" for name in HEADLINES]), rows))


def mean(results: Results, arm: str, name: str) -> Interval:
    """One measure of an arm, over its seeds."""
    return interval([run[name] for run in results[arm]])


def difference(results: Results, baseline: str, name: str) -> str:
    """S-TEC minus the baseline."""
    ours, theirs = ([run[name] for run in results[arm]] for arm in (f"S-TEC, {baseline}", baseline))
    return written(name, paired(ours, theirs), "+")


def written(name: str, value: Interval, sign: str = "") -> str:
    """Percent with one digit, everything else with three."""
    return format(value, sign + (".1f" if name.endswith("%") else ".3f"))


def legend(seeds: range) -> list[str]:
    """How to read the tables."""
    return [f"± is the 95 % t-interval over seeds {seeds.start} to {seeds.stop - 1}, differences are paired by seed."]
