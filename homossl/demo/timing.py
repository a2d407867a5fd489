"""The time of a step, for several recipes that take turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import torch

from homossl.train import Recipe
from homossl.train.trainer import Trainer


def step_times(recipes: Sequence[Recipe], rounds: int, steps: int) -> list[list[float]]:
    """Milliseconds per step, (rounds recipes): recipes take turns, so that whatever slows the machine slows all.

    Each recipe first takes two steps that do not count.
    """
    endless = [Trainer(replace(recipe, epochs=1_000_000)) for recipe in recipes]
    for trainer in endless:
        _time(trainer, 2)
    return [[_time(trainer, steps) for trainer in endless] for _ in range(rounds)]


def _time(trainer: Trainer, steps: int) -> float:
    with trainer.isolated():
        start = perf_counter()
        for _ in range(steps):
            trainer.step()
        if trainer.device.type == "cuda":
            torch.cuda.synchronize(trainer.device)
        return 1000 * (perf_counter() - start) / steps
