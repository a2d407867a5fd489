"""The arms of an experiment, each with every seed, on two processes; what was measured is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from homossl.report import interval
from homossl.sweep.workers import workers
from homossl.train import write_atomic

Measures = Mapping[str, float]
Results = Mapping[str, Sequence[Measures]]
"""arm -> seed -> measure -> value."""


def over_seeds(task: Callable[..., Measures], arms: Iterable[str], seeds: Iterable[int], *args: Any) -> Results:
    """task(arm, seed, *args) for each of them, seed after seed."""
    results: dict[str, list[Measures]] = {arm: [] for arm in arms}
    with workers(2) as team:
        futures = [(arm, team.submit(task, arm, seed, *args)) for seed in seeds for arm in results]
        for arm, future in futures:
            results[arm].append(future.result())
    return results


def once(path: Path, measure: Callable[[], Measures]) -> Measures:
    """What was measured, and is kept in a file."""
    if not path.exists():
        write_atomic(path, json.dumps(measure(), indent=2) + "\n")
    return json.loads(path.read_text())


def over(runs: Any, measure: str) -> Any:
    """The interval over seeds."""
    return interval([run[measure] for run in runs])


def slug(name: str) -> str:
    """A name for a folder."""
    return name.lower().replace(", ", "-")
