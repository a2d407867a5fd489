"""Train a recipe and score its encoder, once; and many of them, in worker processes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homossl.evaluate import evaluate
from homossl.sweep.arm import Run
from homossl.sweep.workers import Workers
from homossl.train import Recipe, train, write_atomic
from homossl.train.runs import open_run

if TYPE_CHECKING:
    from homossl.sweep.board import Board

SCORES = "accuracy.json"

Scores = dict[str, dict[str, dict[str, Any]]]
"""readout -> protocol -> {"mean", "std"}."""


def train_and_score(recipe: Recipe, run: Path) -> Scores:
    """Train in the folder `run`, or go on where a run there stopped, then score the frozen encoder.

    The scores are written there last: a run that has them is over, and is not run again.

    Raises:
        ValueError: the run in that folder has another recipe.
    """
    open_run(run, recipe, resume=True)
    path = run / SCORES
    if not path.exists():
        encoder = train(recipe, run, resume=True, show=False).encoder
        scores = evaluate(encoder, recipe.data.load("train"), recipe.data.load("test"), seed=recipe.seed)
        write_atomic(path, json.dumps(scores.to_dict(), indent=2) + "\n")
    return json.loads(path.read_text())


def train_all(runs: Sequence[Run], team: Workers, board: Board) -> dict[tuple[str, int], Scores]:
    """The scores of every run, by arm and seed."""
    waiting = {team.submit(train_and_score, run.arm.seeded(run.seed), run.folder): run for run in runs}
    scores = {}
    while waiting:
        done, _ = wait(waiting, timeout=0.3, return_when=FIRST_COMPLETED)
        for future in done:
            run = waiting.pop(future)
            scores[run.arm.name, run.seed] = future.result()
            board.finish(run, scores[run.arm.name, run.seed])
        board.look(waiting.values())
    return scores
