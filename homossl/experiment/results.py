"""What the runs of an experiment gave: figures of every row, intervals over seeds, and differences paired by seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from homossl.experiment.folder import Experiment
from homossl.experiment.kept import Kept, State, look
from homossl.experiment.row import Row, Size
from homossl.experiment.run import Run, named
from homossl.report.statistics import Interval, interval, paired

if TYPE_CHECKING:
    from homossl.transfer import Transfer

WORST: tuple[State, ...] = ("failed", "stale", "missing", "done")


@dataclass(frozen=True)
class Results:
    """The runs of an experiment in one size, as they are found."""

    experiment: Experiment
    size: Size
    folder: Path
    """Of the whole experiment."""
    runs: Mapping[tuple[str, int], Run]
    kept: Mapping[tuple[str, int], Kept]

    @staticmethod
    def read(experiment: Experiment, size: Size, folder: Path, runs: Mapping[tuple[str, int], Run]) -> Results:
        """What the folders of some runs hold."""
        return Results(experiment, size, folder, runs, {key: look(run) for key, run in runs.items()})

    @property
    def rows(self) -> Mapping[str, Row]:
        """The rows of the table."""
        return self.experiment.rows

    @cached_property
    def tasks(self) -> dict[str, Transfer]:
        """What is measured, by name."""
        return named(self.experiment.table.tasks[self.size])

    @cached_property
    def titles(self) -> dict[str, str]:
        """What to call each task: its name and, where several share it, the fields in which they differ."""
        return {key: told_apart(task, self.tasks.values()) for key, task in self.tasks.items()}

    @cached_property
    def seeds(self) -> list[int]:
        """The seeds of each row."""
        return sorted({seed for _, seed in self.runs})

    def of(self, row: str) -> dict[int, Kept]:
        """What is kept of each seed of a row."""
        return {seed: self.kept[row, seed] for seed in self.seeds}

    def shown(self, row: str, task: str) -> dict[int, Kept]:
        """The seeds of a row that a task has measured: those up to date, or stale ones where there are no others."""
        found = {seed: kept for seed, kept in self.of(row).items() if task in kept.measured}
        return {seed: kept for seed, kept in found.items() if kept.current} or found

    def scores(self, row: str, task: str) -> list[str]:
        """The names of what a task has measured of a row."""
        return list(dict.fromkeys(name for kept in self.shown(row, task).values() for name in _scores(kept, task)))

    def percent(self, row: str, task: str, score: str | None = None) -> dict[int, float]:
        """A score (None: the headline of the task) of each seed."""
        name = score or self.tasks[task].headline
        measured = {seed: _scores(kept, task) for seed, kept in self.shown(row, task).items()}
        return {seed: 100 * scores[name] for seed, scores in measured.items() if name in scores}

    def mean(self, row: str, task: str, score: str | None = None) -> Interval | None:
        """The mean over seeds in percent; None where there is none."""
        values = list(self.percent(row, task, score).values())
        return interval(values) if values else None

    def gain(self, row: str, task: str, score: str | None = None) -> Interval | None:
        """The mean difference to the baseline in points, paired by seed; None where one of them has nothing current."""
        baseline = self.rows[row].baseline
        if baseline is None or not (self._is_current(row, task) and self._is_current(baseline, task)):
            return None
        ours, theirs = self.percent(row, task, score), self.percent(baseline, task, score)
        seeds = sorted(ours.keys() & theirs.keys())
        return paired([ours[seed] for seed in seeds], [theirs[seed] for seed in seeds]) if seeds else None

    def curves(self, row: str, task: str) -> dict[str, list[list[list[float]]]]:
        """motion -> seed -> points (how far, headline in percent)."""
        found = [kept.measured[task]["curves"] for kept in self.shown(row, task).values()]
        motions = dict.fromkeys(motion for curves in found for motion in curves)
        return {m: [[[x, 100 * y] for x, y in curves[m]] for curves in found if m in curves] for m in motions}

    def state(self, row: str) -> State:
        """The worst state of the seeds of a row."""
        states = {kept.state for kept in self.of(row).values()}
        return next(state for state in WORST if state in states)

    def status(self, row: str) -> str:
        """The state of a row in words, and how many of its seeds are in it; empty where all are done."""
        state, count = self.state(row), Counter(kept.state for kept in self.of(row).values())
        part = f" ({count[state]} of {len(self.seeds)} seeds)" if count[state] < len(self.seeds) else ""
        return "" if state == "done" else f"{state}{part}"

    def why(self, row: str) -> list[str]:
        """What is the matter with the seeds of a row."""
        state = self.state(row)
        return list(dict.fromkeys(w for kept in self.of(row).values() if kept.state == state for w in kept.why))

    def _is_current(self, row: str, task: str) -> bool:
        return any(kept.current for kept in self.shown(row, task).values())


def told_apart(task: Transfer, tasks: Iterable[Transfer]) -> str:
    """The name of a task and, where others have it too, its fields that are not the same in all of them."""
    same = [vars(other) for other in tasks if other.name == task.name]
    fields = [field for field, value in vars(task).items() if any(other[field] != value for other in same)]
    return ", ".join([task.name, *[f"{field} {getattr(task, field)}" for field in fields]])


def _scores(kept: Kept, task: str) -> dict[str, float]:
    return kept.measured[task]["scores"]
