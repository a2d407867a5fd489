"""The folder of a run: recipe.json, metrics.jsonl and checkpoint.safetensors."""

from __future__ import annotations

import signal
from dataclasses import replace
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
ELASTIC = ("devices", "nodes", "strategy")
"""Fields of the hardware that may be others when a run goes on."""
SCORES = "scores.json"
"""What `homossl evaluate` writes there."""


class Stopped(KeyboardInterrupt):
    """Training was interrupted, and its state saved."""


def open_run(run: Path, recipe: Recipe, resume: bool) -> tuple[Checkpoint | None, Recipe]:
    """Where the run in a folder stopped (None: there is none, or it has no checkpoint yet), and how it goes on.

    It may go on with another number of processes, in as many shards as before. Writes nothing.

    Raises:
        FileExistsError: if there is a run and `resume` is False.
        ValueError: if the run there has another recipe, naming the fields that differ.
    """
    held = [name for name in (RECIPE, METRICS, CHECKPOINT) if (run / name).exists()]
    if held and not resume:
        raise FileExistsError(f"{run} already holds a run ({', '.join(held)}): resume it or name another folder")
    saved = Checkpoint.read(run / CHECKPOINT) if CHECKPOINT in held else None
    if not (saved or RECIPE in held):
        return None, recipe
    return saved, _continued(run, saved.recipe if saved else (run / RECIPE).read_text(), recipe)


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


def _continued(run: Path, old: str, recipe: Recipe) -> Recipe:
    """The recipe, in as many shards as the run there has.

    Raises:
        ValueError: the run has another recipe, or its shards cannot be dealt out to these processes.
    """
    try:
        held = _completed(parse_json(old))
    except ValueError as error:
        raise ValueError(f"{run / RECIPE}: {error}") from None
    if not isinstance(held, dict):
        raise ValueError(f"{run / RECIPE}: expected the JSON of a recipe, got a {type(held).__name__}")
    parts = _parts(held)
    if recipe.hardware.shards is None and recipe.hardware.parts != parts:
        recipe = replace(recipe, hardware=replace(recipe.hardware, shards=parts))
    if changed := differences(_undealt(held, parts), _undealt(encode(recipe), recipe.hardware.parts)):
        raise ValueError(f"{run} holds a run of another recipe (run -> now): {'; '.join(changed)}")
    return recipe


def _parts(held: dict[str, Any]) -> int:
    hardware = held.get("hardware", {})
    return hardware.get("shards") or hardware.get("devices", 1) * hardware.get("nodes", 1)


def _undealt(encoded: dict[str, Any], parts: int) -> dict[str, Any]:
    """An encoded recipe without the processes that it was dealt out to."""
    kept = {name: value for name, value in encoded.get("hardware", {}).items() if name not in ELASTIC}
    return encoded | {"hardware": kept | {"shards": parts}}


def _completed(held: Any) -> Any:
    """A recipe with the defaults of fields that are newer than it, where all of its parts can be read back."""
    try:
        return encode(decode(held))
    except ValueError:
        return held


class Interrupt:
    """While entered, a first Ctrl-C, SIGTERM or SIGUSR1 only sets `requested`; a second Ctrl-C interrupts at once.

    Schedulers send SIGTERM before they take a machine away, or the signal they are asked to (SLURM: --signal=USR1).
    """

    SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGUSR1") if hasattr(signal, name))

    requested = False

    def __enter__(self) -> Interrupt:
        try:
            self.previous = {number: signal.signal(number, self._handle) for number in self.SIGNALS}
        except ValueError:  # not the main thread, which alone receives signals
            self.previous = {}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.previous.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.requested and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.requested = True
