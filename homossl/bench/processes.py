"""Training steps of several processes that share out every batch, beside those of fewer."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context, set_forkserver_preload
from multiprocessing.connection import wait
from typing import Any

from homossl.bench.measure import Measured, Point, prepared
from homossl.bench.setting import Setting
from homossl.bench.timing import WARM_UP, time_of
from homossl.bench.work import TRAINING, Arm
from homossl.sweep.workers import watch_parent


@dataclass(frozen=True)
class Team:
    """Processes that train together, each at the other end of a pipe."""

    setting: Setting
    pipes: Sequence[Any]

    def ask(self, order: Any) -> list[Any]:
        """Send an order to all of them; their answers.

        Raises:
            Exception: what was raised in one of them.
        """
        for pipe in self.pipes:
            pipe.send(order)
        return self.answers()

    def answers(self) -> list[Any]:
        """What each of them says; the first who fails is heard, while the others may wait for it."""
        answers: dict[Any, Any] = {}
        while len(answers) < len(self.pipes):
            for pipe in wait([pipe for pipe in self.pipes if pipe not in answers]):
                answers[pipe] = _heard(pipe)
        return [answers[pipe] for pipe in self.pipes]


def _heard(pipe: Any) -> Any:
    try:
        answer = pipe.recv()
    except EOFError:
        raise ConnectionError("a process that was measured ended before it answered") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def measure_processes(
    arms: Sequence[Arm],
    settings: Sequence[Setting],
    rounds: int,
    steps: int,
    say: Callable[[str], None] = lambda text: None,
) -> tuple[Point, ...]:
    """The training arms of homossl in teams of several sizes, which take turns.

    On a CPU every process of every team has as many threads, those of the largest team all cores.

    Raises:
        ValueError: none of the arms trains in several processes.
    """
    arms = [arm for arm in arms if arm.kind == TRAINING and not arm.needs]
    if not arms:
        raise ValueError("a sweep over processes measures training steps of homossl, and none of these arms is one")
    threads = settings[0].threads or max(1, (os.cpu_count() or 1) // max(s.processes for s in settings))
    with ExitStack() as stack:
        say("starting the processes")
        teams = [stack.enter_context(team(replace(s, threads=threads), arms, steps)) for s in settings]
        found = [each.answers()[0] for each in teams]
        say("taking turns")
        times = [[_turn(each, len(arms)) for each in teams] for _ in range(rounds)]
    return tuple(Point(each.setting, _timed(found[i], [row[i] for row in times])) for i, each in enumerate(teams))


@contextmanager
def team(setting: Setting, arms: Sequence[Arm], steps: int) -> Iterator[Team]:
    """A team that has the arms ready, for the length of a block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = get_context("forkserver" if sys.platform == "linux" else "spawn")
    set_forkserver_preload([__name__, "homossl.bench.training"])  # imported once for all
    pipes = [context.Pipe() for _ in range(setting.processes)]
    processes = [
        context.Process(target=_serve, args=(theirs, rank, port, setting, arms, steps), daemon=True)
        for rank, (_, theirs) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    for _, theirs in pipes:
        theirs.close()
    try:
        yield Team(setting, [ours for ours, _ in pipes])
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _serve(pipe: Any, rank: int, port: int, setting: Setting, arms: Sequence[Arm], steps: int) -> None:
    watch_parent()
    logging.disable(logging.INFO)  # lightning-fabric tells the terminal who is there
    if setting.processes > 1:
        os.environ |= {"LOCAL_RANK": str(rank), "NODE_RANK": "0", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    try:
        works = [arm.build(setting) for arm in arms]
        pipe.send([prepared(arm, work, setting) for arm, work in zip(arms, works, strict=True)])
        for work in works:
            time_of(work.step, WARM_UP, setting.where)
        while True:
            pipe.send(time_of(works[pipe.recv()].step, steps, setting.where))
    except Exception as error:
        pipe.send(error)


def _turn(asked: Team, arms: int) -> list[float]:
    """Milliseconds per step of each arm, those of the slowest process."""
    return [max(asked.ask(arm)) for arm in range(arms)]


def _timed(found: Sequence[Measured], rows: Sequence[Sequence[float]]) -> tuple[Measured, ...]:
    columns = zip(*rows, strict=True)
    return tuple(replace(measured, ms=ms) for measured, ms in zip(found, columns, strict=True))
