"""What a run tells: a JSON-lines file, optionally TensorBoard, and a progress bar."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from homossl.train.files import write_atomic
from homossl.types import Loss

if TYPE_CHECKING:
    from homossl.train.trainer import Trainer

METRICS = "metrics.jsonl"
ANGLE = "angle/"
"""How the names of terms that are angles begin."""


class Meter:
    """The losses of each step, left on the device until they are read, so that watching does not stall it."""

    def __init__(self, step: int):
        self.step = step
        self.unread: list[dict[str, Tensor]] = []

    def add(self, losses: list[Loss]) -> None:
        """One optimiser step: the mean over its batches of the loss and of each term."""
        rows = [{"loss": loss.value} | loss.terms for loss in losses]
        self.unread.append({name: torch.stack([row[name].detach() for row in rows]).mean() for name in rows[-1]})

    def read(self) -> dict[str, float]:
        """The losses of the last step, after all have been found finite.

        Raises:
            FloatingPointError: naming the first step and the terms that were not.
        """
        if not self.unread:
            return {}
        numbers = iter(torch.cat([value.reshape(1) for row in self.unread for value in row.values()]).tolist())
        row = {}
        for names in self.unread:
            self.step += 1
            row = {name: next(numbers) for name in names}
            _check_finite(self.step, row)
        self.unread.clear()
        return row


class Log:
    """Rows of `metrics.jsonl`, and the same numbers for TensorBoard if asked; rows after `step` are dropped first."""

    def __init__(self, run: Path, step: int, tensorboard: bool = False):
        self.path = run / METRICS
        keep_rows(self.path, step)
        self.writer = _tensorboard(run, step) if tensorboard else None
        self.step, self.time = step, time.perf_counter()

    def write(self, trainer: Trainer, losses: dict[str, float]) -> dict[str, Any]:
        """Append the row of the step just made, with the speed since the last row."""
        row = {"step": trainer.done, "epoch": trainer.done / trainer.per_epoch, **_split(losses)}
        row |= {"lr": trainer.optimiser.param_groups[0]["lr"], "images_per_s": self._speed(trainer)}
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")
        if self.writer:
            for name, value in (losses | {name: row[name] for name in ("lr", "images_per_s")}).items():
                self.writer.add_scalar(name, value, trainer.done)
        return row

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What is done within is no training, and takes nothing from its speed."""
        start = time.perf_counter()
        yield
        self.time += time.perf_counter() - start

    def _speed(self, trainer: Trainer) -> float:
        recipe, now = trainer.recipe, time.perf_counter()
        images = (trainer.done - self.step) * recipe.batch_size * recipe.hardware.accumulate
        speed = images / (now - self.time)
        self.step, self.time = trainer.done, now
        return round(speed, 1)

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        if self.writer:
            self.writer.close()


class Silence(Log):
    """The log of all processes but the first, which writes for them."""

    def __init__(self) -> None:
        self.time, self.writer = 0.0, None

    def write(self, trainer: Trainer, losses: dict[str, float]) -> dict[str, Any]:
        """Nothing."""
        return {}


class Bar:
    """A progress bar with the loss, images per second and the time left, on a terminal."""

    def __init__(self, name: str, steps: int, show: bool = True):
        text = TextColumn("{task.fields[news]}")
        self.progress = Progress(TextColumn(name), BarColumn(), MofNCompleteColumn(), text, TimeRemainingColumn())
        self.progress.disable = not (show and self.progress.console.is_terminal)
        self.task = self.progress.add_task(name, total=steps, news="")

    def show(self, step: int, row: dict[str, Any] | None = None) -> None:
        """Move to `step`, with the numbers of `row` if there is a new one."""
        self.progress.update(self.task, completed=step)
        if row:
            self.progress.update(self.task, news=f"loss {row['loss']:.4f}  {row['images_per_s']:.0f} images/s")

    def __enter__(self) -> Bar:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a log, without a last one cut short.

    Raises:
        ValueError: if a whole row is not one of a log.
    """
    return [_parsed(path, number, row) for number, row in enumerate(_whole(path), start=1)]


def keep_rows(path: Path, step: int) -> None:
    """Drop the rows after `step`, and a last one cut short, from a JSON-lines file.

    Raises:
        ValueError: if a whole row is not one of a log; nothing is written then.
    """
    if path.exists():
        kept = [row for number, row in enumerate(_whole(path), start=1) if _parsed(path, number, row)["step"] <= step]
        write_atomic(path, "".join(f"{row}\n" for row in kept))


def _whole(path: Path) -> list[str]:
    return path.read_text().split("\n")[:-1]


def _parsed(path: Path, number: int, row: str) -> dict[str, Any]:
    with suppress(ValueError):
        match json.loads(row):
            case {"step": int()} as parsed:
                return parsed
    raise ValueError(f'{path}, line {number}: expected a row {{"step": ...}} of a log, got {row[:60]!r}')


def _split(losses: dict[str, float]) -> dict[str, Any]:
    return {"loss": losses["loss"], "terms": {name: value for name, value in losses.items() if name != "loss"}}


def _check_finite(step: int, losses: dict[str, float]) -> None:
    if bad := [f"{name} = {value:g}" for name, value in losses.items() if not math.isfinite(value)]:
        raise FloatingPointError(f"step {step}: expected finite losses, got {', '.join(bad)}")


def _tensorboard(run: Path, step: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter  # an optional dependency
    except ImportError:
        raise ImportError("TensorBoard logs need the tensorboard package: pip install homossl[tensorboard]") from None
    return SummaryWriter(str(run), purge_step=step + 1)
