"""`homossl experiment TABLE`: the rows of a table, run, kept and set beside the published figures."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from homossl.cli.opening import subject_of
from homossl.cli.override import read
from homossl.experiment import Size, conduct
from homossl.experiment.cells import printed
from homossl.experiment.conducting import REPORT
from homossl.experiment.folder import TABLES, tables
from homossl.train.bounds import at_least

USAGE = """usage: homossl experiment TABLE [--size smoke|small|paper] [--rows NAME ...] [--seeds N] [--workers N]
                                [--out DIR] [--show]

TABLE is the folder of a table, or one of those in {folder}: {names}.
Each row is trained and measured with every seed; what is there is not run again, unless its recipe, its tasks or the
code that it depends on have changed. `homossl experiment TABLE --help` tells more."""


@dataclass(frozen=True)
class Options:
    """Run the rows of a table that are not done or are stale, and show the table."""

    size: Size = "small"
    """smoke takes seconds, small minutes on two cores, paper wants a GPU."""
    rows: tuple[str, ...] = ()
    """Rows to run, by the names of their files; all if not given."""
    seeds: int | None = None
    """Runs of each row; as many as the table says if not given."""
    workers: int | None = None
    """Runs at a time, on one core each; as many as there are cores if not given, and one where there is a GPU."""
    out: Path | None = None
    """Folder of the runs, tables and pictures; runs/experiments/TABLE/SIZE if not given."""
    show: bool = False
    """Run nothing: show what is there, and what is stale, failed or missing."""

    def __post_init__(self) -> None:
        at_least(1, seeds=self.seeds, workers=self.workers)


def main(args: list[str]) -> int:
    """Run the command; the exit status, 1 where a row has failed."""
    if (name := subject_of(args, "TABLE", "experiment")) is None:
        print(USAGE.format(folder=TABLES, names=", ".join(tables()) or "(none)"))
        return 0
    options, console = read(Options, args[1:], prog=f"homossl experiment {name}"), Console()
    chosen = {"count": options.workers, "out": options.out, "show": options.show}
    try:
        results = conduct(name, options.size, options.rows, options.seeds, **chosen, console=console)
    except KeyboardInterrupt:
        print(f"stopped; go on with: {shlex.join(['homossl', 'experiment', *args])}")
        return 130
    console.print(printed(results), highlight=False, markup=False, soft_wrap=True)
    if (report := results.folder / REPORT).exists():
        console.print(f"report: {report.resolve()}", highlight=False, markup=False, soft_wrap=True)
    return int(any(results.state(row) == "failed" for row in options.rows or results.rows))
