"""A run as one value: every choice that training depends on, printed, saved beside the weights and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from groups import Group
from homossl.credit import Credit
from homossl.data import Data
from homossl.encoders import Architecture
from homossl.objectives import Objective
from homossl.structure import Structure
from homossl.targets import Target
from homossl.train.bounds import at_least
from homossl.train.optimisers import Optimiser
from homossl.train.schedule import Schedule
from homossl.train.spec_json import decode, encode, parse_json
from homossl.views import ViewSource

if TYPE_CHECKING:
    from homossl.learner import Learner

Precision = Literal["32-true", "16-mixed", "bf16-mixed", "64-true"]


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """Where and how precisely to compute."""

    device: str = "auto"
    """auto, cpu, cuda, cuda:1, mps, ..."""
    precision: Precision = "32-true"
    """Number format of weights and arithmetic; mixed ones keep float32 weights."""
    accumulate: int = 1
    """Batches whose gradients are averaged into one optimiser step."""
    threads: int | None = None
    """CPU threads; None leaves torch's choice."""

    def __post_init__(self):
        at_least(1, accumulate=self.accumulate, threads=self.threads)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that a pretraining run depends on; `Recipe.from_json(recipe.to_json()) == recipe`."""

    name: str
    """What to call the run."""
    data: Data
    """The images."""
    group: Group
    """The group that acts on images and latents."""
    encoder: Architecture
    """The encoder."""
    views: ViewSource
    """Where the two views come from."""
    objective: Objective
    """What the two views are compared by."""
    target: Target
    """What the online views are compared with."""
    credit: Credit
    """How the loss becomes gradients."""
    optimiser: Optimiser
    """How gradients become new weights."""
    schedule: Schedule
    """How the learning rate changes."""
    structure: Structure = "intact"
    """What is left of the structure, in an ablation."""
    hardware: Hardware = Hardware()
    """Where and how precisely to compute."""
    epochs: int = 100
    """Passes through the data; 0 keeps the initial weights."""
    batch_size: int = 256
    """Images in a batch."""
    seed: int = 0
    """Seed of the initial weights, the order of the data and the views."""
    checkpoint_every: int = 500
    """Optimiser steps between checkpoints."""
    log_every: int = 10
    """Optimiser steps between rows of the log."""
    angles_every: int | None = None
    """Optimiser steps between measurements of the angle to backpropagation's update; None measures none."""

    def __post_init__(self):
        at_least(0, epochs=self.epochs, seed=self.seed)
        at_least(1, batch_size=self.batch_size, checkpoint_every=self.checkpoint_every, log_every=self.log_every)
        at_least(1, angles_every=self.angles_every)

    def to_json(self) -> str:
        """The recipe as JSON, with the class path of every part."""
        return json.dumps(encode(self), indent=2) + "\n"

    @staticmethod
    def from_json(text: str) -> Recipe:
        """The recipe that `to_json` wrote.

        Raises:
            ValueError: if it is not JSON, not a recipe, or names classes that are neither ours nor imported already.
        """
        recipe = decode(parse_json(text), "recipe")
        if not isinstance(recipe, Recipe):
            raise ValueError(f"expected the JSON of a Recipe, got that of a {type(recipe).__name__}")
        return recipe

    def learner(self, shape: tuple[int, int, int]) -> Learner:
        """The learner for images of shape (c, h, w), with the initial weights of the seed."""
        from homossl.learner import build  # the learner imports every axis; a recipe is often only read

        axes = self.group, self.encoder, self.views, self.objective, self.target, self.credit
        return build(*axes, shape=shape, seed=self.seed, structure=self.structure)
