"""Every arm with every seed, side by side; then the time of a step, one after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from homossl.demo.arms import Arm
from homossl.demo.board import Board
from homossl.demo.folder import RESULTS, RUNS
from homossl.demo.results import Results, Timing
from homossl.demo.tasks import Scores, step_times, train_and_score
from homossl.demo.workers import Workers, workers
from homossl.train import write_atomic

ROUNDS, STEPS = 5, 6


@dataclass(frozen=True)
class Run:
    """One arm with one seed."""

    arm: Arm
    seed: int
    folder: Path

    @property
    def title(self) -> str:
        """What to call it."""
        return f"{self.arm.title}, seed {self.seed}"


def compare(arms: Sequence[Arm], seeds: int, folder: Path, count: int, console: Console) -> Results:
    """Train and score every arm with seeds 0, 1, ... in as many processes as `count`, then time them in one."""
    runs = [Run(arm, seed, folder / RUNS / f"{arm.name}-{seed}") for arm in arms for seed in range(seeds)]
    runs.sort(key=lambda run: run.arm.passes, reverse=True)  # the long ones first keep all processes busy to the end
    with Board(runs, console) as board, workers(min(count, len(runs))) as team:
        scores = train_all(runs, team, board)
        timing = time_all(arms, team, board)
    ordered = {arm.name: [scores[arm.name, seed] for seed in range(seeds)] for arm in arms}
    results = Results(tuple(arms), ordered, timing, {(run.arm.name, run.seed): run.folder for run in runs})
    write_atomic(folder / RESULTS, json.dumps(results.to_dict(), indent=2) + "\n")
    return results


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


def time_all(arms: Sequence[Arm], team: Workers, board: Board) -> Timing:
    """Time every arm that takes steps, while nothing else of ours is running."""
    trained = [arm for arm in arms if arm.trained]
    board.say("timing the steps")
    timed: Future = team.submit(step_times, [arm.seeded(0) for arm in trained], ROUNDS, STEPS)
    rows = timed.result()
    return Timing(ROUNDS, STEPS, {arm.name: [row[i] for row in rows] for i, arm in enumerate(trained)})
