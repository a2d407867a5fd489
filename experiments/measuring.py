"""Time and memory of one thread."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import torch


def timed(f: Callable[[], Any], repeats: int = 5) -> float:
    """Seconds of the processor, the median of a few calls after one to warm up."""
    f()
    return median(run(f)[0] for _ in range(repeats))


def run(f: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and what came out."""
    start = process_time()
    result = f()
    return process_time() - start, result


def alone(prepare: Callable[..., Callable[[], Any]], *args: Any) -> tuple[float, float, Any]:
    """Peak memory in MiB above what was held before, seconds and result of f = prepare(*args), in a process of its own.

    Blocks of more than 1 MiB are given back at once there.
    """
    os.environ["MALLOC_MMAP_THRESHOLD_"] = str(2**20)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (prepare, *args))


def _peak(prepare: Callable[..., Callable[[], Any]], *args: Any) -> tuple[float, float, Any]:
    torch.set_num_threads(1)
    f = prepare(*args)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before = _held("VmRSS")
    time, result = run(f)
    return _held("VmHWM") - before, time, result


def _held(what: str) -> float:
    """The memory that this process holds now (VmRSS), or the most it has held (VmHWM), in MiB."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(what)) / 1024
