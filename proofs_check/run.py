"""Running claims: every case of them in its own task, on every core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from homossl.sweep.workers import workers
from proofs_check.library import load
from proofs_check.measure import Measurement, Verdict, measure


def run(names: Sequence[str], processes: int = 1) -> Iterator[Verdict]:
    """The verdicts in the order of the names, each as soon as it is known.

    With one process the cases run in this one.
    """
    if processes == 1:
        for name in names:
            yield _verdict(name, [measure(name, i) for i in range(len(load(name).cases))])
        return
    with workers(processes) as team:
        running = {name: [team.submit(measure, name, i) for i in range(len(load(name).cases))] for name in names}
        for name, futures in running.items():
            yield _verdict(name, [future.result() for future in futures])


def _verdict(name: str, measurements: list[Measurement]) -> Verdict:
    return Verdict(name, load(name), tuple(measurements))
