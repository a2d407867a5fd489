from __future__ import annotations

import os
import signal
import time
from multiprocessing import active_children

import pytest

from homossl.demo.workers import workers


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
    start, others = time.monotonic(), set(active_children())

    def interrupted() -> None:
        with workers(1) as team:
            team.submit(time.sleep, 60)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    for process in set(active_children()) - others:
        process.join(10)
    assert set(active_children()) <= others
    assert time.monotonic() - start < 30


def test_errors_come_back() -> None:
    with pytest.raises(ZeroDivisionError), workers(1) as team:
        team.submit(divmod, 1, 0).result()
