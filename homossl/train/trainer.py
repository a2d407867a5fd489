"""A learner, its optimiser and its data: the state of a run, moved one optimiser step at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from homossl.data import Loader
from homossl.parallel import any_of, average_gradients, is_first, rank, size, wait_for_all
from homossl.train.checkpoint import Checkpoint
from homossl.train.compiled import compile_stages
from homossl.train.processes import build_fabric, share_out
from homossl.train.recipe import Recipe
from homossl.train.shards import Shards
from homossl.types import Batch, Loss


class Trainer:
    """Training after `done` optimiser steps; data and draws of a step are functions of (seed, step) only.

    Raises:
        ValueError: if the device or precision is not available, the images do not fill one step, or the steps are too
            few for the credit rule.
    """

    def __init__(self, recipe: Recipe):
        self.recipe, self.done = recipe, 0
        self.fabric = build_fabric(recipe.hardware)
        self.fabric.launch()
        self.shards = Shards(recipe.hardware.parts, size(), rank())
        samples = recipe.data.load("train").to(self.device)
        self.loader = Loader(samples, recipe.batch_size, recipe.seed, self.shards.part)
        self.per_epoch = _per_epoch(len(self.loader), recipe)
        self.shape = tuple(samples.shape)
        self.learner = recipe.learner(self.shape)
        if self.steps:
            recipe.credit.check_steps(self.learner.credit_state, self.steps)
        self.precision.convert_module(self.fabric.to_device(self.learner)).train()
        share_out(self.learner, self.shards, self.device, recipe.hardware.sharded)
        if recipe.hardware.compile:
            compile_stages(self.learner)
        self.optimiser = recipe.optimiser.build(self.learner)
        self.stepper: Any = self.fabric.setup_optimizers(self.optimiser)
        self.batches = self._stream()

    @property
    def device(self) -> torch.device:
        """Where the learner and its batches are."""
        return self.fabric.device

    @property
    def precision(self):
        """Fabric's precision plugin."""
        return self.fabric.strategy.precision

    @property
    def steps(self) -> int:
        """Optimiser steps in the whole run."""
        return self.recipe.epochs * self.per_epoch

    def step(self) -> list[Loss]:
        """One optimiser step; the losses of its batches, without their graphs."""
        lr = self.recipe.optimiser.lr * self.recipe.schedule.factor(self.done, self.steps, self.per_epoch)
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        self.learner.zero_grad(set_to_none=True)
        first, count = self.done * self.recipe.hardware.accumulate, self.recipe.hardware.accumulate
        losses = [self._gradient(next(self.batches), index) for index in range(first, first + count)]
        self._average(count)
        average_gradients(self.learner.parameters())
        self.stepper.step()
        self.done += 1
        self.learner.advance(self.done / self.steps)
        return losses

    def angles(self) -> dict[str, float]:
        """The angles to backpropagation, as `homossl.angles` tells them, of the first batch of the step to come."""
        from homossl.angles import angles  # imports the learner, and so every axis

        batch, rng = self._drawn(next(self._stream()), self.done * self.recipe.hardware.accumulate)
        with self.fabric.autocast():
            return angles(self.learner, batch, rng, self._backward)

    def checkpoint(self, path: Path) -> Checkpoint:
        """A copy of the present state, to be written to `path`."""
        state = {"step": self.done, "shape": self.shape, "scaler": self.precision.state_dict()}
        return Checkpoint.of(path, self.learner, self.optimiser, recipe=self.recipe.to_json(), **state)

    def restore(self, saved: Checkpoint) -> None:
        """Go on from a checkpoint."""
        saved.restore(self.learner, self.optimiser)
        self.precision.load_state_dict(saved.scaler)
        self.done = saved.step

    def save(self, path: Path) -> None:
        """Write the present state to `path`, in process 0, the others' being the same, and go on when it is there."""
        present = self.checkpoint(path) if is_first() or self.recipe.hardware.sharded else None
        if present and is_first():
            present.write()
        wait_for_all(self.device)

    def all_stop(self, requested: bool, ask: bool) -> bool:
        """Whether any process is to stop; several find out, at the same step, when they `ask`."""
        return requested if size() == 1 else ask and any_of(requested, self.device)

    def isolated(self) -> AbstractContextManager:
        """Leave torch's global generators as they were."""
        return torch.random.fork_rng([self.device] if self.device.type == "cuda" else [])

    def _gradient(self, batch: Batch, index: int) -> Loss:
        batch, rng = self._drawn(batch, index)
        with self.fabric.autocast():
            return self.learner.step(batch, rng, self._backward)

    def _drawn(self, batch: Batch, index: int) -> tuple[Batch, torch.Generator]:
        dtype = next(self.learner.parameters()).dtype
        rng = seeded(self.device, self.recipe.seed, index * self.shards.count)
        return replace(batch, x=batch.x.to(self.device, dtype)), rng

    def _backward(self, loss: Tensor) -> None:
        with torch.autocast(self.device.type, enabled=False):
            self.fabric.backward(loss)

    def _average(self, count: int) -> None:
        for parameter in self.learner.parameters() if count > 1 else ():
            if parameter.grad is not None:
                parameter.grad /= count

    def _stream(self) -> Iterator[Batch]:
        size = self.per_epoch * self.recipe.hardware.accumulate
        epoch, start = divmod(self.done * self.recipe.hardware.accumulate, size)
        while True:
            yield from islice(self.loader.epoch(epoch, start), size - start)
            epoch, start = epoch + 1, 0


def seeded(device: torch.device, seed: int, index: int) -> torch.Generator:
    """The generator of the views of part number `index` of a run, where every batch has one part, or `shards`.

    torch's global generators are seeded too, for modules that draw from them (dropout), with another stream, alike in
    all processes: heads, which see the whole batch in each, must draw the same.
    """
    number = seed * 1_000_003 + index
    torch.manual_seed(-1 - number)
    return torch.Generator(device).manual_seed(number)


def _per_epoch(batches: int, recipe: Recipe) -> int:
    count = recipe.hardware.accumulate
    if batches < count:
        raise ValueError(f"an optimiser step takes {count} batches of {recipe.batch_size}, got images for {batches}")
    return batches // count
