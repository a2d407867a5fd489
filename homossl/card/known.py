"""What is known of a run: its recipe, its log, its scores, its encoder, and what a check says of that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from groups import Action
from homossl.encoders import Encoder
from homossl.evaluate import frozen
from homossl.evaluate.features import any_weight, read_of
from homossl.run_report import LoggedRun, read_run
from homossl.sweep.scoring import SCORES as SWEPT
from homossl.train import Checkpoint, Recipe, load_learner
from homossl.train.runs import CHECKPOINT
from homossl.verify import Report, check

SAMPLES = 4
"""Samples that the encoder is checked on."""


@dataclass(frozen=True, eq=False)
class Known:
    """A run with a checkpoint, and what was found of its encoder just now."""

    logged: LoggedRun
    recipe: Recipe
    encoder: Encoder
    """In evaluation mode, on the CPU."""
    shape: tuple[int, ...]
    """Of the samples, (*event)."""
    steps: int
    """Optimiser steps that the checkpoint has seen."""
    x: Tensor
    """Samples that the encoder was checked on."""
    own: bool
    """Whether they are test samples of the run's own data; else they are smooth random ones."""
    report: Report

    @property
    def folder(self) -> Path:
        """Where the run is."""
        return self.logged.folder

    @property
    def readouts(self) -> dict[str, Any]:
        """Accuracies by readout and protocol, of `homossl evaluate`, or else of a sweep; empty where there are none."""
        swept = self.folder / SWEPT
        return self.logged.scores.get("accuracy") or (json.loads(swept.read_text()) if swept.is_file() else {})

    def features(self) -> tuple[Tensor, Tensor, Tensor]:
        """Features of the samples, and what evaluation reads of them: the pose kept (b d), and pooled (b k)."""
        with frozen(self.encoder):
            z = self.encoder(self.x.to(any_weight(self.encoder)))
            return z, *read_of(self.encoder, z)


def know(folder: Path) -> Known:
    """Read a run, and check its encoder on a few samples.

    Raises:
        FileNotFoundError: there is no run, or it has no checkpoint.
        ValueError: a file is damaged, or the recipe names classes that are neither ours nor imported already.
    """
    logged, saved = read_run(folder), Checkpoint.read(folder / CHECKPOINT)
    learner, recipe = load_learner(folder)
    encoder = learner.encoder
    x, own = samples(recipe, encoder.action_in, saved.shape)
    report = check(encoder, x=x, seed=recipe.seed)
    return Known(logged, recipe, encoder, saved.shape, saved.step, x, own, report)


def samples(recipe: Recipe, source: Action, shape: tuple[int, ...]) -> tuple[Tensor, bool]:
    """Test samples of the run's own data and True; where the data is not here, smooth random ones and False."""
    try:
        held = recipe.data.load("test")
    except (OSError, ImportError):
        return source.inputs(SAMPLES, torch.Generator().manual_seed(recipe.seed), shape[-1]).float(), False
    (batch,) = held.batches([torch.arange(min(SAMPLES, len(held)))])
    return batch.still, True
