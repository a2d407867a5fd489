"""The processes that train together, and what they tell one another; one by itself tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import Tensor, nn


class ProcessLost(ConnectionError):
    """Another process ended, or did not answer in time."""


def size() -> int:
    """How many processes there are."""
    return dist.get_world_size() if _started() else 1


def rank() -> int:
    """The number of this process, 0 ... size - 1."""
    return dist.get_rank() if _started() else 0


def leave() -> None:
    """Part from the other processes when all is done, so that no thread that serves them outlives the program."""
    if _started():
        dist.destroy_process_group()


def is_first() -> bool:
    """Whether this is the process that writes."""
    return rank() == 0


@contextmanager
def answered() -> Iterator[None]:
    """What is done within asks the other processes.

    Raises:
        ProcessLost: one of them did not answer.
    """
    try:
        yield
    except RuntimeError as error:
        said = " ".join(str(error).split())
        raise ProcessLost(f"process {rank()} of {size()}: another one ended or did not answer: {said}") from error


def any_of(flag: bool, device: torch.device) -> bool:
    """Whether the flag is raised in any process; the device is where this one computes."""
    if size() == 1:
        return flag
    raised = torch.tensor(float(flag), device=device)
    with answered():
        dist.all_reduce(raised, dist.ReduceOp.MAX)
    return bool(raised)


def told_by_first(number: int, device: torch.device) -> int:
    """The number of process 0."""
    if size() == 1:
        return number
    told = torch.tensor(number, device=device)
    with answered():
        dist.broadcast(told, src=0)
    return int(told)


def wait_for_all(device: torch.device) -> None:
    """Go on when every process has come here."""
    any_of(False, device)


def share(module: nn.Module) -> None:
    """Give every process the weights and buffers of process 0."""
    for tensor in module.state_dict().values() if size() > 1 else ():
        with answered():
            dist.broadcast(tensor, src=0)


def mean(x: Tensor) -> Tensor:
    """The mean of a tensor over the processes, without a graph."""
    total = x.detach().clone(memory_format=torch.contiguous_format)
    with answered():
        dist.all_reduce(total)
    return total.div_(size())


def _started() -> bool:
    return dist.is_available() and dist.is_initialized()
