"""The folder of an ablation: a recipe, its runs, results and a report; it is resumed, and never mixed with another."""

from __future__ import annotations

from pathlib import Path

from homossl.train import Recipe
from homossl.train.runs import RECIPE, claim, open_run

RUNS, RESULTS, REPORT = "runs", "results.json", "report.html"


def open_ablation(folder: Path, recipe: Recipe) -> None:
    """Make a folder that of the ablation of a recipe, or go on with the one there.

    Raises:
        FileExistsError: it holds something else.
        ValueError: it holds the ablation of another recipe, naming the fields that differ; nothing is written then.
    """
    held = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    half_written = {f".{name}.tmp" for name in (RECIPE, RESULTS, REPORT)}
    if foreign := sorted(held - {RECIPE, RUNS, RESULTS, REPORT} - half_written):
        raise FileExistsError(f"{folder} is not the folder of an ablation, it holds {', '.join(foreign)}: name another")
    open_run(folder, recipe, resume=True)
    claim(folder, recipe)
