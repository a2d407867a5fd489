"""Tables of runs side by side; what there is nothing of is left out."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from homossl.report import Settings, Table
from homossl.report.page import Block
from homossl.run_report.logged import LoggedRun, Runs, angled, layers_of
from homossl.run_report.words import brief, flat
from homossl.train.logs import ANGLE
from homossl.train.spec_json import differing

SUMMARY = "The last row of each log, and the median of the images per second; a log without rows is of no steps."
DIFFERENT = "Fields of the recipes that are not the same in all runs."
ANGLES = "From the first measurement to the last one."
SCORES = "Test accuracy in percent, encoder frozen; ± is the standard deviation over draws of labels."
STAGES = "Test accuracy of a linear probe in percent, on the features after each stage."


def summary(runs: Runs) -> Table:
    """How far each run has come."""
    header = ("run", "credit rule", "objective", "epochs", "steps", "loss", "images per second")
    return Table("Runs", header, [(title, *_progress(run)) for title, run in runs.items()], SUMMARY)


def differences(runs: Runs) -> list[Block]:
    """The fields of the recipes that differ, but for their names."""
    fields = differing(*[run.recipe for run in runs.values()])
    columns = {path: map(brief, values) for path, values in fields.items() if path != "name"}
    rows = list(zip(runs, *columns.values(), strict=True))
    return [Table("What differs", ("run", *columns), rows, DIFFERENT)] if columns else []


def angle_changes(runs: Runs) -> list[Block]:
    """The angle of every layer when it was first and when it was last measured."""
    layers = layers_of(runs)
    changes = {
        title: {layer: _change(run.series(ANGLE + layer)[1]) for layer in layers} for title, run in angled(runs).items()
    }
    return side_by_side("Angles in degrees", "layer", changes, ANGLES)


def accuracies(runs: Runs) -> list[Block]:
    """What `homossl evaluate` has found, after each stage too where it was asked for."""
    last = {title: flat(run.scores.get("accuracy", {})) for title, run in runs.items()}
    stages = {title: _linear(flat(run.scores.get("layers", {}))) for title, run in runs.items()}
    on = {title: brief(run.scores["on"], 2) for title, run in runs.items() if "on" in run.scores}
    tables = [
        *side_by_side("Accuracy", "protocol", last, SCORES),
        *side_by_side("Accuracy by stage", "stage", stages, STAGES),
    ]
    return [*tables, Settings("Evaluated on", on)] if on else tables


def side_by_side(title: str, kind: str, found: Mapping[str, Mapping[str, str]], caption: str) -> list[Block]:
    """One row for each name of that kind, one column for each run that has found something."""
    shown = {run: lines for run, lines in found.items() if lines}
    names = dict.fromkeys(name for lines in shown.values() for name in lines)
    rows = [(name, *[lines.get(name, "") for lines in shown.values()]) for name in names]
    return [Table(title, (kind, *shown), rows, caption)] if rows else []


def _progress(run: LoggedRun) -> tuple[str, ...]:
    axes = (brief(run.recipe[axis], 0) for axis in ("credit", "objective"))
    if not run.rows:
        return (*axes, f"0 of {run.recipe['epochs']}", "0", "", "")
    last, speed = run.rows[-1], median(run.series("images_per_s")[1])
    epochs = f"{last['epoch']:.4g} of {run.recipe['epochs']}"
    return (*axes, epochs, str(last["step"]), f"{last['loss']:.4g}", f"{speed:.0f}")


def _change(values: list[float]) -> str:
    return f"{values[0]:.1f} → {values[-1]:.1f}" if values else ""


def _linear(lines: Mapping[str, str]) -> dict[str, str]:
    return {name.removesuffix(", linear"): text for name, text in lines.items() if name.endswith(", linear")}
