"""The time of a step, for several things that take turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import torch

from homossl.train import Recipe
from homossl.train.trainer import Trainer

WARM_UP = 2
"""Steps that do not count."""


def take_turns(
    steps: Sequence[Callable[[], object]], rounds: int, count: int, device: torch.device
) -> list[list[float]]:
    """Milliseconds per step, (rounds steps): they take turns, so that whatever slows the machine slows all.

    In each round every one does `count` steps, one after the other in an order that turns from round to round. Each
    first takes two steps that do not count.
    """
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        for step in steps:
            time_of(step, WARM_UP, device)
        return [_round(steps, first, count, device) for first in range(rounds)]


def time_of(step: Callable[[], object], count: int, device: torch.device) -> float:
    """Milliseconds per step, the mean of `count` in a row."""
    wait_for(device)
    start = perf_counter()
    for _ in range(count):
        step()
    wait_for(device)
    return 1000 * (perf_counter() - start) / count


def wait_for(device: torch.device) -> None:
    """Wait until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def step_times(recipes: Sequence[Recipe], rounds: int, steps: int) -> list[list[float]]:
    """Milliseconds per training step, (rounds recipes), of recipes that take turns on one device."""
    trainers = [endless(recipe) for recipe in recipes]
    return take_turns([trainer.step for trainer in trainers], rounds, steps, trainers[0].device)


def endless(recipe: Recipe) -> Trainer:
    """A trainer that does not come to an end."""
    return Trainer(replace(recipe, epochs=1_000_000))


def _round(steps: Sequence[Callable[[], object]], first: int, count: int, device: torch.device) -> list[float]:
    order = [(first + i) % len(steps) for i in range(len(steps))]
    times = {i: time_of(steps[i], count, device) for i in order}
    return [times[i] for i in range(len(steps))]
