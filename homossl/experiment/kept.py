"""What the folder of a run holds: the stamp of its training, that it is over, measurements, or an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from homossl.experiment.run import Run
from homossl.experiment.stamp import Stamp
from homossl.train import write_atomic

STAMP, TRAINED, ERROR, MEASURED = "stamp.json", "trained.json", "error.txt", "measured"

State = Literal["done", "stale", "failed", "missing"]
"""Stale results are there, but their recipe, task or code has changed since; missing ones are not there, or not all."""


@dataclass(frozen=True)
class Kept:
    """The state of a run, and what is there of it."""

    state: State
    why: tuple[str, ...] = ()
    """What has changed, or the error."""
    folder: Path | None = None
    """Where the results are."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """task -> {"stamp", "scores", "curves", "made"}."""

    @property
    def current(self) -> bool:
        """Whether what is there was made of what the run is to be made of now."""
        return self.state in ("done", "missing")


def look(run: Run) -> Kept:
    """What is there of a run; reads only."""
    if held_stamp(run.folder) == run.stamp:
        return _look_inside(run)
    return _old(run, run.folder) or _old(run, aside(run)) or Kept("missing")


def aside(run: Run) -> Path:
    """Where the results of a run that is done anew are kept until it is over."""
    return run.folder.with_name(f"{run.folder.name}.old")


def held_stamp(folder: Path) -> Stamp | None:
    """The stamp of the training in a folder."""
    path = folder / STAMP
    return Stamp(**_read(path)) if path.exists() else None


def measurement(run: Run, task: str) -> Path:
    """The file of a measurement."""
    return run.folder / MEASURED / f"{task}.json"


def outdated(run: Run, task: str) -> list[str] | None:
    """What has changed since a measurement, of the training in the folder; None: it was not made."""
    path = measurement(run, task)
    return run.stamps[task].changes(Stamp(**_read(path)["stamp"])) if path.exists() else None


def training_made(kept: Kept) -> dict[str, Any]:
    """{"training": its seconds, machine and versions}, where it is over."""
    path = kept.folder and kept.folder / TRAINED
    return {"training": _read(path)["made"]} if path and path.exists() else {}


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write data into a file, which is either the old one or the new one."""
    write_atomic(path, json.dumps(data, indent=1) + "\n")


def _look_inside(run: Run) -> Kept:
    """What is there of a run whose training is up to date."""
    changed = {task: outdated(run, task) for task in run.tasks}
    found = results_in(run.folder)
    if not any(changes is None or changes for changes in changed.values()):
        return Kept("done", (), run.folder, found)
    if (run.folder / ERROR).exists():
        first_line = (run.folder / ERROR).read_text().partition("\n")[0]
        old = _old(run, aside(run)) or Kept("failed", (), run.folder, found)
        return replace(old, state="failed", why=(first_line,))
    if any(changed.values()):
        why = tuple(f"{task}: {change}" for task, changes in changed.items() for change in changes or ())
        return Kept("stale", why, run.folder, found)
    return _old(run, aside(run)) or Kept("missing", ("unfinished",), run.folder, found)


def _old(run: Run, folder: Path) -> Kept | None:
    """Results of something else than the run is to be now."""
    stamp, found = held_stamp(folder), results_in(folder)
    if not (stamp and found):
        return None
    return Kept("stale", tuple(run.stamp.changes(stamp)) or ("set aside",), folder, found)


def results_in(folder: Path) -> dict[str, Any]:
    """task -> what it has measured of the encoder in a folder."""
    return {path.stem: _read(path) for path in sorted((folder / MEASURED).glob("*.json"))}


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(
            f"{path}: expected JSON, got: {error}: delete the file, and what it tells of is done again"
        ) from None
