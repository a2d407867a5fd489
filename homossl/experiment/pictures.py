"""Pictures of an experiment: learning curves, and how scores stand moved test data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure

from homossl.experiment.cells import headline
from homossl.experiment.results import Results
from homossl.report import Curve, training_curves
from homossl.report.curves import draw_curve, label_curves
from homossl.report.drawing import pixels, styled, tiled
from homossl.run_report.pictures import distinct
from homossl.train import write_atomic
from homossl.train.logs import METRICS, read_rows

PICTURES = "curves"
"""The folder of the pictures."""
LEARNING = "learning"


def pictures(results: Results) -> dict[str, Figure]:
    """Every picture that there is something to draw in, by name: "learning", and the tasks."""
    drawn = {LEARNING: learning(results)} | {task: robustness(results, task) for task in results.tasks}
    return {name: figure for name, figure in drawn.items() if figure}


def save_pictures(found: dict[str, Figure], folder: Path) -> None:
    """Write each as a PNG into a folder of pictures."""
    (folder / PICTURES).mkdir(exist_ok=True)
    for name, figure in found.items():
        write_atomic(folder / PICTURES / f"{name}.png", pixels(figure))


def learning(results: Results) -> Figure | None:
    """The loss of every row over its training; None where nothing was trained."""
    curves = [curve for name in results.rows if (curve := _loss(results, name))]
    return training_curves({"loss": curves}) if curves else None


@styled()
def robustness(results: Results, task: str) -> Figure | None:
    """The headline of a task by the motion of the test data, a panel for each motion; None where there are none."""
    motions = {curve.motion: curve for curve in results.tasks[task].curves}
    found = {name: results.curves(name, task) for name in results.rows}
    if not any(found.values()):
        return None
    figure, axes = tiled(len(motions), 2.9 + 0.06 * len(found))
    for axis, motion in zip(axes, motions, strict=True):
        for name in results.rows:
            if points := found[name].get(motion):
                draw_curve(axis, _curve(results, name, points), "o")
        axis.set(xlabel=_label(motion), ylabel=f"{headline(results, task)} (%)")
    label_curves(figure, axes, columns=3)
    return figure


def _label(motion: Any) -> str:
    from homossl.transfer.robustness import UNITS

    return f"{motion} ({UNITS.get(motion, '')})"


def _loss(results: Results, name: str) -> Curve | None:
    folders = [kept.folder for kept in results.of(name).values() if kept.state == "done" and kept.folder]
    logs = [read_rows(folder / METRICS) for folder in folders if (folder / METRICS).exists()]
    if not any(logs):
        return None
    x, y = [row["epoch"] for row in logs[0]], [[row["loss"] for row in rows] for rows in logs]
    return Curve(results.rows[name].title, _colour(results, name), torch.tensor(x), torch.tensor(y))


def _curve(results: Results, name: str, seeds: Sequence[Sequence[Sequence[float]]]) -> Curve:
    points = torch.tensor(seeds)
    return Curve(results.rows[name].title, _colour(results, name), points[0, :, 0], points[..., 1])


def _colour(results: Results, name: str) -> str:
    return distinct(len(results.rows))[list(results.rows).index(name)]
