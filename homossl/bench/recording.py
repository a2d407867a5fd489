"""torch's profiler around one step, without what it writes to the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from homossl.bench.work import Step


def recorded(step: Step, device: torch.device, **options: Any) -> profile:
    """The profile of one step, which the device has finished."""
    cuda = device.type == "cuda"
    with _silent(), profile(activities=[ProfilerActivity.CPU, *[ProfilerActivity.CUDA] * cuda], **options) as record:
        step()
        if cuda:
            torch.cuda.synchronize(device)
    return record


@contextmanager
def _silent() -> Iterator[None]:
    """Without the notes on standard error with which the profiler begins and ends, below Python."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
