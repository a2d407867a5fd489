"""Where the figures of an experiment come from: what its rows are, and what its runs took, on what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from homossl.experiment import cells
from homossl.experiment.kept import Kept, training_made
from homossl.experiment.results import Results
from homossl.report import Settings, Table
from homossl.report.page import Block

RUNS = (
    "Seconds of training and of each measurement; of a run that was interrupted, those since it last went on. The "
    "folder of each run holds its recipe, its log, its weights and the sources that it was made of."
)


def provenance(results: Results) -> Iterator[Block]:
    """All scores, what every row is, what each run took, and the machines and versions."""
    yield scores(results)
    for name, row in results.rows.items():
        yield Settings(row.title, {**results.experiment.notes[name], **_parts(row.recipe(results.size))})
    yield Settings("Tasks", {name: str(task) for name, task in results.tasks.items()})
    yield runs(results)
    yield Settings("Machines", _numbered(_told(results, "machine")))
    yield Settings("Versions", _numbered(_told(results, "versions")))


def scores(results: Results) -> Table:
    """Every score of every row."""
    names = dict.fromkeys((t, s) for name in results.rows for t in results.tasks for s in results.scores(name, t))
    means = {name: [results.mean(name, *place) for place in names] for name in results.rows}
    rows = [[row.title, *[f"{mean}" if mean else "" for mean in means[name]]] for name, row in results.rows.items()]
    return Table("All scores", ["row", *[f"{t}: {s}" for t, s in names]], rows, "In percent, mean over seeds.")


def runs(results: Results) -> Table:
    """What each run took."""
    header = ["row", "seed", "state", "training", *results.tasks, "finished", "folder"]
    return Table("Runs", header, [_run(results, *key) for key in results.kept], RUNS)


def _run(results: Results, row: str, seed: int) -> list[str]:
    kept = results.kept[row, seed]
    made = _made(kept)
    seconds = [f"{made[part]['seconds']:g} s" if part in made else "" for part in ("training", *results.tasks)]
    date = max((part["machine"]["Date"] for part in made.values()), default="")
    return [results.rows[row].title, str(seed), kept.state, *seconds, date, str(kept.folder or "")]


def _made(kept: Kept) -> dict[str, Any]:
    """part of a run -> {"seconds", "machine", "versions"}."""
    measured = {task: found["made"] for task, found in kept.measured.items()}
    return {**training_made(kept), **measured}


def _told(results: Results, what: str) -> list[str]:
    """The machines, or the versions, of all runs, each in one line."""
    if what == "machine":
        return cells.machines(results)
    made = [part for kept in results.kept.values() for part in _made(kept).values()]
    return sorted({", ".join(f"{name} {version}" for name, version in part[what].items()) for part in made})


def _numbered(lines: list[str]) -> dict[str, str]:
    return {str(number): line for number, line in enumerate(lines, start=1)}


def _parts(recipe: Any) -> dict[str, str]:
    return {field.name.replace("_", " ").capitalize(): str(getattr(recipe, field.name)) for field in fields(recipe)}
