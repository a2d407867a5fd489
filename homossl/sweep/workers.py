"""Worker processes: one run each on one core, gone when what started them is stopped or killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import Any, ParamSpec, TypeVar

THREADS = "OMP_NUM_THREADS"

P = ParamSpec("P")
R = TypeVar("R")


class Workers:
    """A pool of processes with one thread each."""

    def __init__(self, count: int) -> None:
        self.pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=watch_parent)

    def submit(self, task: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run task(*args, **kwargs) in one of them."""
        with _inherited():
            return self.pool.submit(task, *args, **kwargs)

    def stop(self) -> None:
        """End the processes, whatever they are at."""
        processes = list(active_children())
        self.pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


def watch_parent() -> None:
    """End this process as soon as the one that started it is gone, even by SIGKILL: nothing else would tell it."""
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


@contextmanager
def workers(count: int) -> Iterator[Workers]:
    """A pool for the length of a block; an error or Ctrl-C ends it at once."""
    team = Workers(count)
    try:
        yield team
    except BaseException:
        team.stop()
        raise
    team.pool.shutdown()


@contextmanager
def _inherited() -> Iterator[None]:
    """What a process started inside is born with: one thread for each library, and deaf to Ctrl-C, which we handle."""
    listening: Any = signal.signal(signal.SIGINT, signal.SIG_IGN)
    threads = os.environ.pop(THREADS, None)
    os.environ[THREADS] = "1"
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, listening)
        del os.environ[THREADS]
        os.environ.update({} if threads is None else {THREADS: threads})
