"""Run an experiment, go on with one, or show what is there of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import torch
from rich.console import Console

from homossl.experiment.board import Board, told
from homossl.experiment.folder import Experiment, load_table
from homossl.experiment.lock import locked
from homossl.experiment.page import page
from homossl.experiment.pictures import pictures, save_pictures
from homossl.experiment.results import Results
from homossl.experiment.room import discard_old
from homossl.experiment.row import Size
from homossl.experiment.run import Run, runs_of
from homossl.experiment.slots import carried_out, slots
from homossl.experiment.written import save_tables

RUNS, REPORT = Path("runs/experiments"), "report.html"


def conduct(
    place: str | Path,
    size: Size = "small",
    rows: Sequence[str] = (),
    seeds: int | None = None,
    *,
    count: int | None = None,
    out: Path | None = None,
    show: bool = False,
    console: Console | None = None,
) -> Results:
    """Run what is not done of a table, or is stale, and write its tables, its pictures and its page.

    Each run is trained and measured by itself, and killed or not, ends with the same figures. As runs are processes, a
    script calls this under `if __name__ == "__main__":`.

    Args:
        place: the folder of a table, or the name of one under ./experiments/tables.
        size: which recipes and tasks of it.
        rows: the rows to run; all if there are none. The others are shown as they are.
        seeds: runs of each row; None: as many as the table says.
        count: runs at a time, on one core each; None: as many as there are cores, and one where there is a GPU.
        out: where to keep it all; None: runs/experiments/TABLE/SIZE.
        show: run nothing.
        console: where to tell how it goes.

    Raises:
        FileNotFoundError: there is no such table.
        FileExistsError: another process is at work in the folder.
        ValueError: a file of the table is wrong, or a row is none of its rows.
    """
    experiment = load_table(place)
    folder = out or RUNS / experiment.name / size
    runs = runs_of(experiment, size, seeds or experiment.table.seeds[size], folder)
    chosen = {key: run for key, run in runs.items() if run.row in _checked(rows, experiment)}
    if show:
        return _shown(Results.read(experiment, size, folder, runs))
    with locked(folder):
        _run(Results.read(experiment, size, folder, runs), chosen, count or _at_once(), console or Console())
        return saved(Results.read(experiment, size, folder, runs))


def saved(results: Results) -> Results:
    """The results, after their tables, pictures and page have been written."""
    found = pictures(results)
    save_tables(results)
    save_pictures(found, results.folder)
    page(results, found).save(results.folder / REPORT)
    return results


def _shown(results: Results) -> Results:
    """The results, written anew unless there is nothing, or another process will write them."""
    if any(kept.measured for kept in results.kept.values()):
        with suppress(FileExistsError), locked(results.folder):
            saved(results)
    return results


def _run(results: Results, chosen: Mapping[tuple[str, int], Run], count: int, console: Console) -> None:
    """Carry out those of the chosen runs that are not done."""
    for key, run in chosen.items():
        if results.kept[key].state == "done":
            discard_old(run)
    todo = [run for key, run in chosen.items() if results.kept[key].state != "done"]
    if not todo:
        return
    with Board(len(todo), console) as board, slots(min(count, len(todo))) as teams:
        for run, error in carried_out(todo, teams, board.look):
            board.finish(run, f"failed: {error}" if error else told(run))


def _checked(rows: Sequence[str], experiment: Experiment) -> Sequence[str]:
    if unknown := [row for row in rows if row not in experiment.rows]:
        raise ValueError(f"{experiment.name} has the rows {', '.join(experiment.rows)}, got {unknown[0]!r}")
    return rows or list(experiment.rows)


def _at_once() -> int:
    return 1 if torch.cuda.is_available() else os.cpu_count() or 1
