"""The folder of a run: recipe.json, metrics.jsonl and checkpoint.safetensors."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from homossl.train.checkpoint import Checkpoint
from homossl.train.files import write_atomic
from homossl.train.logs import METRICS
from homossl.train.recipe import Recipe
from homossl.train.spec_json import decode, differences, encode, parse_json

if TYPE_CHECKING:
    from homossl.learner import Learner

RECIPE, CHECKPOINT = "recipe.json", "checkpoint.safetensors"
SCORES = "scores.json"
"""What `homossl evaluate` writes there."""


class Stopped(KeyboardInterrupt):
    """Training was interrupted, and its state saved."""


def open_run(run: Path, recipe: Recipe, resume: bool) -> Checkpoint | None:
    """Where the run in a folder stopped (None: there is none, or it has no checkpoint yet); writes nothing.

    Raises:
        FileExistsError: if there is a run and `resume` is False.
        ValueError: if the run there has another recipe, naming the fields that differ.
    """
    held = [name for name in (RECIPE, METRICS, CHECKPOINT) if (run / name).exists()]
    if held and not resume:
        raise FileExistsError(f"{run} already holds a run ({', '.join(held)}): resume it or name another folder")
    saved = Checkpoint.read(run / CHECKPOINT) if CHECKPOINT in held else None
    if saved or RECIPE in held:
        _same_recipe(run, saved.recipe if saved else (run / RECIPE).read_text(), recipe.to_json())
    return saved


def claim(run: Path, recipe: Recipe) -> None:
    """Make the folder that of a run of `recipe`."""
    run.mkdir(parents=True, exist_ok=True)
    write_atomic(run / RECIPE, recipe.to_json())


def load_learner(run: Path) -> tuple[Learner, Recipe]:
    """The trained learner, in evaluation mode on the CPU, and its recipe, from a run or one of its checkpoints.

    Raises:
        FileNotFoundError: if there is no checkpoint.
        ValueError: if it is not one of ours, or names classes that are neither ours nor imported already.
    """
    saved = Checkpoint.read(run / CHECKPOINT if run.is_dir() else run)
    recipe = Recipe.from_json(saved.recipe)
    learner = recipe.learner(saved.shape)
    if recipe.hardware.precision == "64-true":
        learner.double()
    saved.restore(learner)
    return learner.eval(), recipe


def _same_recipe(run: Path, old: str, new: str) -> None:
    try:
        held = _completed(parse_json(old))
    except ValueError as error:
        raise ValueError(f"{run / RECIPE}: {error}") from None
    if changed := differences(held, json.loads(new)):
        raise ValueError(f"{run} holds a run of another recipe (run -> now): {'; '.join(changed)}")


def _completed(held: Any) -> Any:
    """A recipe with the defaults of fields that are newer than it, where all of its parts can be read back."""
    try:
        return encode(decode(held))
    except ValueError:
        return held


class Interrupt:
    """While entered, a first Ctrl-C only sets `requested`; a second one interrupts at once."""

    requested = False

    def __enter__(self) -> Interrupt:
        try:
            self.previous = signal.signal(signal.SIGINT, self._handle)
        except ValueError:  # not the main thread, which alone receives signals
            self.previous = None
        return self

    def __exit__(self, *_: object) -> None:
        if self.previous is not None:
            signal.signal(signal.SIGINT, self.previous)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
