"""Run an ablation, or go on with one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from homossl.ablate.ablation import Ablation
from homossl.ablate.folder import RUNS, open_ablation
from homossl.ablate.plan import make_plan
from homossl.structure import Structure
from homossl.sweep.arm import runs_of
from homossl.sweep.board import Board
from homossl.sweep.outcome import by_arm
from homossl.sweep.scoring import train_all
from homossl.sweep.workers import workers
from homossl.train import Recipe


def ablate(
    recipe: Recipe,
    structures: Sequence[Structure] | None = None,
    seeds: int = 3,
    folder: Path | None = None,
    *,
    count: int | None = None,
    console: Console | None = None,
) -> Ablation:
    """Train and score a recipe with each structure and seed, as well as its frozen encoder.

    Runs that are in the folder already are not run again, and those that were stopped go on. As runs are processes, a
    script calls this under `if __name__ == "__main__":`.

    Args:
        recipe: what to ablate.
        structures: what to leave of the structure, besides all of it; None: all that apply.
        seeds: runs of each, the first with the recipe's own seed.
        folder: where to keep the runs; None: runs/ablate-NAME.
        count: runs at a time, on one core each; None: as many as there are cores.
        console: where to tell how it goes.

    Raises:
        ValueError: a structure does not apply, or the folder holds the ablation of another recipe.
        FileExistsError: the folder holds something else.
    """
    folder, console = Path(folder or f"runs/ablate-{recipe.name}"), console or Console()
    plan = make_plan(recipe, structures, seeds)
    open_ablation(folder, recipe)
    for why in plan.left_out.values():
        console.print(f"left out: {why}", highlight=False, soft_wrap=True)
    runs = runs_of(plan.arms, plan.seeds, folder / RUNS)
    with Board(runs, console) as board, workers(min(count or os.cpu_count() or 1, len(runs))) as team:
        scores = by_arm(runs, train_all(runs, team, board))
    folders = {(run.arm.name, run.seed): run.folder for run in runs}
    return Ablation(plan.arms, scores, folders, recipe, plan.left_out, folder)
