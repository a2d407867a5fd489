"""Processes that have all imports of this one, and find each other as those that Fabric starts do."""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import torch
import torch.distributed.fsdp  # takes seconds, which the processes need not spend again


def start(count: int, job: Callable[..., object], *args: object, said: Path | None = None) -> list[BaseProcess]:
    """As many processes that run job(*args); what process r says goes to the file said/r."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_run, args=(rank, port, said, job, args)) for rank in range(count)]
    for process in processes:
        process.start()
    return processes


def finish(processes: list[BaseProcess], seconds: float = 120) -> list[int | None]:
    """The exit statuses."""
    for process in processes:
        process.join(seconds)
    hung = [process for process in processes if process.is_alive()]
    for process in hung:
        process.kill()
    assert not hung, "processes that did not end"
    return [process.exitcode for process in processes]


def _run(rank: int, port: int, said: Path | None, job: Callable[..., object], args: tuple[object, ...]) -> None:
    torch.set_num_threads(1)  # a forked process has none of its parent's threads
    os.environ |= {"LOCAL_RANK": str(rank), "NODE_RANK": "0", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    if said is not None:
        sys.stdout = sys.stderr = (said / str(rank)).open("w", buffering=1)
    sys.exit(job(*args))  # type: ignore[arg-type]
