"""One run, in a worker process: train, then measure; what is there already is not done again."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

import torch

from homossl.experiment.kept import ERROR, TRAINED, measurement, outdated, write_json
from homossl.experiment.room import discard_old, make_room
from homossl.experiment.run import Run
from homossl.report.machine import machine
from homossl.train import train, write_atomic
from homossl.train.processes import build_fabric

PACKAGES = ("homossl", "torch", "torchvision", "escnn", "e3nn", "numpy", "scikit-learn", "torchmetrics", "timm")

Value = TypeVar("Value")


def attempt(run: Run) -> str | None:
    """Carry out a run; the error in one line, which is kept in the folder too, or None if all went well."""
    try:
        carry_out(run)
    except Exception as error:
        return keep_error(run, error)
    return None


def carry_out(run: Run) -> None:
    """Train and measure in the folder of the run."""
    torch.set_num_threads(1)  # what ran in this process before may have asked for more
    make_room(run)
    device = build_fabric(run.recipe.hardware).device
    if not (run.folder / TRAINED).exists():
        _, made = timed(lambda: train(run.recipe, run.folder, resume=True, show=False), device)
        write_json(run.folder / TRAINED, {"made": made})
    for task in run.tasks:
        if outdated(run, task) != []:
            measure(run, task, device)
    discard_old(run)


def measure(run: Run, task: str, device: torch.device) -> None:
    """Measure the trained encoder by a task, and write the file of it."""
    measured, made = timed(lambda: run.tasks[task].measure(run.folder, run.seed, str(device)), device)
    path = measurement(run, task)
    path.parent.mkdir(exist_ok=True)
    write_json(path, {"stamp": run.stamps[task].to_dict(), **measured.to_dict(), "made": made})


def timed(do: Callable[[], Value], device: torch.device) -> tuple[Value, dict[str, Any]]:
    """What comes of something, and the seconds, the machine and the versions that it took."""
    start = time.perf_counter()
    value = do()
    seconds, on = round(time.perf_counter() - start, 1), {**machine(), "Device": device_name(device)}
    return value, {"seconds": seconds, "machine": on, "versions": versions()}


def device_name(device: torch.device) -> str:
    """What a device is called: of a GPU, its model."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()


def versions() -> dict[str, str]:
    """The versions of what results depend on."""
    return {name: found for name in PACKAGES if (found := _version(name))}


def keep_error(run: Run, error: BaseException) -> str:
    """Write an error into the folder of a run; the error in one line."""
    line = " ".join(f"{type(error).__name__}: {error}".split())
    run.folder.mkdir(parents=True, exist_ok=True)
    write_atomic(run.folder / ERROR, "\n".join([line, "", *traceback.format_exception(error)]))
    return line


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
