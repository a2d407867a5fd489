"""What the folder of a run tells: its recipe, its log and, where it has been evaluated, its scores."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homossl.train.logs import ANGLE, METRICS, read_rows
from homossl.train.runs import RECIPE, SCORES


@dataclass(frozen=True, eq=False)
class LoggedRun:
    """A run as far as it has come; recipe and scores are JSON data, so that none of its classes are needed."""

    folder: Path
    recipe: dict[str, Any]
    rows: Sequence[dict[str, Any]]
    """Empty where it has logged nothing, as a run of no epochs."""
    scores: dict[str, Any]
    """Empty where it has not been evaluated."""

    @property
    def terms(self) -> list[str]:
        """Every term of the log, in the order of their first appearance."""
        return list(dict.fromkeys(term for row in self.rows for term in row["terms"]))

    def series(self, quantity: str) -> tuple[list[float], list[float]]:
        """Epochs, and the values there of a number of a row or a term of the loss, where it was logged."""
        rows = [(row["epoch"], row | row["terms"]) for row in self.rows]
        found = [(epoch, row[quantity]) for epoch, row in rows if quantity in row]
        return [epoch for epoch, _ in found], [value for _, value in found]


Runs = Mapping[str, LoggedRun]
"""Runs by what to call them."""


def logged(runs: Runs) -> Runs:
    """The runs that have logged something."""
    return {title: run for title, run in runs.items() if run.rows}


def layers_of(runs: Runs) -> list[str]:
    """The layers whose angles any run has measured, from the first stage to the head."""
    terms = {term.removeprefix(ANGLE) for run in runs.values() for term in run.terms if term.startswith(ANGLE)}
    return sorted(terms, key=lambda name: (name.startswith("head"), [int(n) for n in re.findall(r"\d+", name)]))


def angled(runs: Runs) -> Runs:
    """The runs that have measured angles."""
    return {title: run for title, run in runs.items() if layers_of({title: run})}


def read_runs(folders: Sequence[Path]) -> dict[str, LoggedRun]:
    """The runs in some folders, by what tells them apart: their recipes' names, those of the folders, or whole paths.

    Raises:
        ValueError: there are none, or two of them are one.
    """
    if not folders or len({folder.resolve() for folder in folders}) < len(folders):
        raise ValueError(f"expected different runs, got {', '.join(map(str, folders)) or 'none'}")
    runs = [read_run(folder) for folder in folders]
    named = [str(run.recipe["name"]) for run in runs], [folder.resolve().name for folder in folders]
    titles = next((names for names in named if len(set(names)) == len(runs)), list(map(str, folders)))
    return dict(zip(titles, runs, strict=True))


def read_run(folder: Path) -> LoggedRun:
    """The run in a folder.

    Raises:
        FileNotFoundError: there is no run.
        ValueError: a file there is damaged.
    """
    if not (folder / RECIPE).is_file():
        raise FileNotFoundError(f"{folder} holds no run: there is no {RECIPE} in it")
    rows = read_rows(folder / METRICS) if (folder / METRICS).is_file() else []
    scores = _read(folder / SCORES) if (folder / SCORES).is_file() else {}
    return LoggedRun(folder, _read(folder / RECIPE), rows, scores)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON, got: {error}") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path}: expected a JSON object, got {json.dumps(data)[:60]}")
    return data
