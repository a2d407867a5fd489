"""Runs side by side, each slot a process: where one is killed, its run alone has failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from homossl.experiment.run import Run
from homossl.experiment.work import attempt, keep_error
from homossl.sweep.workers import Workers

KILLED = "the process of this run ended suddenly: it was killed, or the machine ran out of memory"


@contextmanager
def slots(count: int) -> Iterator[list[Workers]]:
    """So many processes for the length of a block; an error or Ctrl-C ends them at once."""
    teams = [Workers(1) for _ in range(count)]
    try:
        yield teams
    except BaseException:
        for team in teams:
            team.stop()
        raise
    for team in teams:
        team.pool.shutdown()


def carried_out(
    runs: Sequence[Run], teams: list[Workers], watch: Callable[[Sequence[Run]], None]
) -> Iterator[tuple[Run, str | None]]:
    """Each run when it is over, with its error if it failed; `watch` is shown those in progress again and again."""
    waiting, free = list(reversed(runs)), list(range(len(teams)))
    going: dict[Future[str | None], tuple[Run, int]] = {}
    while waiting or going:
        while waiting and free:
            run, slot = waiting.pop(), free.pop(0)
            going[teams[slot].submit(attempt, run)] = run, slot
        done, _ = wait(going, timeout=0.3, return_when=FIRST_COMPLETED)
        for future in done:
            run, slot = going.pop(future)
            error = _error(run, future)
            if isinstance(future.exception(), BrokenProcessPool):
                teams[slot] = Workers(1)
            free.append(slot)
            yield run, error
        watch([run for run, _ in going.values()])


def _error(run: Run, future: Future[str | None]) -> str | None:
    match future.exception():
        case None:
            return future.result()
        case BrokenProcessPool():
            return keep_error(run, RuntimeError(KILLED))
        case error:
            raise error
