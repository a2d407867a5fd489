from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from multiprocessing.process import BaseProcess

import pytest

from homossl.sweep.workers import workers


def test_one_thread_and_deaf_to_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    listening = signal.getsignal(signal.SIGINT)
    with workers(1) as team:
        assert team.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
        assert team.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert signal.getsignal(signal.SIGINT) == listening


def test_stopped_at_once() -> None:
    """A task of a minute does not hold up whoever presses Ctrl-C."""
    others: set[BaseProcess] = set(active_children())
    started: list[BaseProcess] = []

    def interrupted() -> None:
        with workers(1) as team:
            team.submit(time.sleep, 60)
            started.extend(set(active_children()) - others)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(started) == 1
    assert ends(started[0], seconds=30)


def ends(process: BaseProcess, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while process.exitcode is None and time.monotonic() < end:
        time.sleep(0.01)
    return process.exitcode is not None


def test_errors_come_back() -> None:
    with pytest.raises(ZeroDivisionError), workers(1) as team:
        team.submit(divmod, 1, 0).result()


WATCHED = """
import os, time
from homossl.sweep.workers import Workers
pool = Workers(1)
"""
UNWATCHED = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
pool = ProcessPoolExecutor(1, get_context("spawn"))
"""
WORK = """
print(pool.submit(os.getpid).result(), flush=True)
pool.submit(time.sleep, 60)
time.sleep(60)
"""


def survivor(start: str, seconds: float) -> int | None:
    """The id of a worker that lives on after SIGKILL to what started it: until then it keeps their output open."""
    with subprocess.Popen([sys.executable, "-c", start + WORK], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.kill()
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.kill(worker, signal.SIGKILL)
            return worker
    return None


def test_a_killed_process_takes_its_workers_along() -> None:
    assert survivor(WATCHED, seconds=30) is None


def test_control_workers_of_a_killed_process_live_on() -> None:
    assert survivor(UNWATCHED, seconds=1) is not None
