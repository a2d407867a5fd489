"""A run as one value: every choice that training depends on, printed, saved beside the weights and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

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

Strategy = Literal["ddp", "fsdp"]
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
    compile: bool = False
    """Compile the stages of the encoder with torch.compile, which takes a minute or so before the first step."""
    devices: int = 1
    """Devices on each node, with a process each; torchrun brings a number of its own."""
    nodes: int = 1
    """Machines, on each of which the same command is started."""
    strategy: Strategy = "ddp"
    """Whether each process keeps all weights, gradients and optimiser state, or of the encoder's a part of its own."""
    shards: int | None = None
    """Parts of a batch that draw their views apart, whatever number of processes reads them; None: that number."""

    def __post_init__(self):
        at_least(1, accumulate=self.accumulate, threads=self.threads)
        at_least(1, devices=self.devices, nodes=self.nodes, shards=self.shards)
        if self.strategy not in get_args(Strategy):
            raise ValueError(f"Hardware.strategy must be one of {get_args(Strategy)}, got {self.strategy!r}")
        if self.strategy == "fsdp" and self.precision == "16-mixed":
            raise ValueError("scaled gradients, of precision='16-mixed', cannot be sharded: use bf16-mixed, or ddp")
        if self.processes > 1 and ":" in self.device:
            raise ValueError(f"device {self.device!r} is a single one, got devices={self.devices}, nodes={self.nodes}")

    @property
    def processes(self) -> int:
        """All devices, each of which has a process."""
        return self.devices * self.nodes

    @property
    def sharded(self) -> bool:
        """Whether each process keeps a part of the weights."""
        return self.strategy == "fsdp" and self.processes > 1

    @property
    def parts(self) -> int:
        """The parts of a batch that draw their views apart."""
        return self.shards or self.processes


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that a pretraining run depends on; `Recipe.from_json(recipe.to_json()) == recipe`."""

    name: str
    """What to call the run."""
    data: Data
    """The samples."""
    group: Group
    """The group that acts on samples and latents."""
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
    """Samples in a batch."""
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
        if self.hardware.compile and self.credit.reads_weights:
            raise ValueError(
                f"{type(self.credit).__name__} rewires layers, which a compiled stage does not let it: "
                "hardware.compile must be False"
            )
        self._check_processes(self.hardware.processes, self.hardware.parts)

    def _check_processes(self, processes: int, parts: int) -> None:
        if processes > 1 and not self.credit.divisible:
            rule = type(self.credit).__name__
            raise ValueError(f"{rule} learns from whole batches, in one process, got {processes}: devices * nodes")
        if self.hardware.sharded and (self.credit.reads_weights or self.angles_every):
            reader = "angles_every" if self.angles_every else type(self.credit).__name__
            raise ValueError(f"{reader} needs whole weights, got hardware.strategy='fsdp': use ddp")
        if parts % processes and processes % parts:
            raise ValueError(
                f"hardware.shards: the {parts} parts of a batch cannot be dealt out evenly to {processes} processes: "
                f"expected as many, or a divisor or a multiple of {parts}"
            )
        if self.batch_size % (most := max(parts, processes)):
            shared = f"{parts} shards and {processes} processes"
            raise ValueError(f"batch_size: expected a multiple of {most}, for {shared}, got {self.batch_size}")

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

    def learner(self, shape: tuple[int, ...]) -> Learner:
        """The learner for samples of shape (*event), with the initial weights of the seed."""
        from homossl.learner import build  # the learner imports every axis; a recipe is often only read

        axes = self.group, self.encoder, self.views, self.objective, self.target, self.credit
        return build(*axes, shape=shape, seed=self.seed, structure=self.structure)
