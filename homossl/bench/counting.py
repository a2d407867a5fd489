"""What a step costs, told without a clock: operations, bytes read and written, and memory at its peak."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor
from torch.profiler import profile
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from homossl.bench.recording import recorded
from homossl.bench.work import Step, Work


def count_flops(step: Step) -> int:
    """Floating-point operations of convolutions and products of matrices, an addition and a multiplication as two."""
    with FlopCounterMode(display=False) as counter:
        step()
    return counter.get_total_flops()


class Traffic(TorchDispatchMode):
    """Counts the bytes that operators read and write, if each reads all of its inputs once and writes its outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.moved = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if not (func.is_view or func.name().startswith("aten::empty")):
            tensors = [leaf for leaf in tree_leaves((args, kwargs, out)) if isinstance(leaf, Tensor)]
            self.moved += sum(tensor.numel() * tensor.element_size() for tensor in tensors)
        return out


def count_moved(step: Step) -> int:
    """Bytes that the operators of a step read and write, as `Traffic` counts them."""
    with Traffic() as traffic:
        step()
    return traffic.moved


def peak_memory(work: Work, device: torch.device) -> int | None:
    """Bytes that a step holds at its peak above what was held before it, the gradients included.

    They are those of torch's allocator, on the processor as on CUDA; None on other devices.
    """
    if work.module is not None:
        work.module.zero_grad(set_to_none=True)
    if device.type == "cuda":
        return _peak_on_cuda(work.step, device)
    return _peak_on_cpu(work.step) if device.type == "cpu" else None


def _peak_on_cuda(step: Step, device: torch.device) -> int:
    torch.cuda.synchronize(device)
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    step()
    torch.cuda.synchronize(device)
    return torch.cuda.max_memory_allocated(device) - before


def _peak_on_cpu(step: Step) -> int:
    return max(accumulate(_allocations(recorded(step, torch.device("cpu"), profile_memory=True))), default=0)


def _allocations(record: profile) -> Iterator[int]:
    """The bytes allocated (positive) and freed (negative), one after the other."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "trace.json")
        record.export_chrome_trace(str(path))
        events = json.loads(path.read_text())["traceEvents"]
    memory = [event for event in events if event["name"] == "[memory]"]
    yield from (event["args"]["Bytes"] for event in sorted(memory, key=lambda event: event["ts"]))
