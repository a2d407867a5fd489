"""Every arm with every seed, side by side; then the time of a step, one after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from rich.console import Console

from homossl.bench.timing import step_times
from homossl.demo.folder import RESULTS, RUNS
from homossl.demo.results import Results, Timing
from homossl.sweep.arm import Arm, runs_of
from homossl.sweep.board import Board
from homossl.sweep.outcome import by_arm
from homossl.sweep.scoring import train_all
from homossl.sweep.workers import Workers, workers
from homossl.train import write_atomic

ROUNDS, STEPS = 5, 6


def compare(arms: Sequence[Arm], seeds: int, folder: Path, count: int, console: Console) -> Results:
    """Train and score every arm with seeds 0, 1, ... in as many processes as `count`, then time them in one."""
    runs = runs_of(arms, range(seeds), folder / RUNS)
    with Board(runs, console) as board, workers(min(count, len(runs))) as team:
        scores = train_all(runs, team, board)
        timing = time_all(arms, team, board)
    folders = {(run.arm.name, run.seed): run.folder for run in runs}
    results = Results(tuple(arms), by_arm(runs, scores), folders, timing)
    write_atomic(folder / RESULTS, json.dumps(results.to_dict(), indent=2) + "\n")
    return results


def time_all(arms: Sequence[Arm], team: Workers, board: Board) -> Timing:
    """Time every arm that takes steps, while nothing else of ours is running."""
    trained = [arm for arm in arms if arm.trained]
    board.say("timing the steps")
    timed: Future = team.submit(step_times, [arm.seeded(0) for arm in trained], ROUNDS, STEPS)
    rows = timed.result()
    return Timing(ROUNDS, STEPS, {arm.name: [row[i] for row in rows] for i, arm in enumerate(trained)})
