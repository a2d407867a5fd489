"""What the worker processes do: train and score one run; time the steps of several recipes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import torch

from homossl.evaluate import evaluate
from homossl.train import Recipe, train, write_atomic
from homossl.train.trainer import Trainer

Scores = dict[str, dict[str, dict[str, Any]]]
"""readout -> protocol -> {"mean", "std"}."""


def train_and_score(recipe: Recipe, run: Path) -> Scores:
    """Train in the folder `run`, then score the frozen encoder; the scores are written there too."""
    encoder = train(recipe, run, show=False).encoder
    scores = evaluate(encoder, recipe.data.load("train"), recipe.data.load("test"), seed=recipe.seed).to_dict()
    write_atomic(run / "scores.json", json.dumps(scores, indent=2) + "\n")
    return scores


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
