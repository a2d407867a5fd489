"""`python -m proofs_check`, also known as `homossl prove`: run claims, print them, write the page."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import tyro
from rich.console import Console

from proofs_check.library import load, names, select
from proofs_check.page import page
from proofs_check.run import run
from proofs_check.table import summary, terminal_table


@dataclass(frozen=True)
class Options:
    """Check claims numerically, each case beside a control that must fail.

    The exit status is 0 if every residual is within its bound and every control misses, 1 if not, 2 for a name that no
    claim has.
    """

    names: tyro.conf.Positional[tuple[str, ...]] = ()
    """Claims to check; all of them by default."""
    report: Path = Path("runs/proofs.html")
    """The page to write."""
    list: bool = False
    """Only list the claims."""
    processes: int = os.cpu_count() or 1
    """Cases at a time, on one core each."""

    def __post_init__(self) -> None:
        if self.processes < 1:
            raise ValueError(f"processes must be at least 1, got {self.processes}")


def main(args: list[str] | None = None, prog: str = "python -m proofs_check") -> int:
    """Run the command; the exit status."""
    options = tyro.cli(Options, args=args, prog=prog, config=(tyro.conf.FlagCreatePairsOff,))
    console = Console()
    if options.list:
        width = max(map(len, names())) + 2
        for name in names():
            console.print(f"{name:<{width}}{load(name).title}", highlight=False, soft_wrap=True)
        return 0
    try:
        chosen = select(options.names)
    except ValueError as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return 2
    return check(chosen, options, console)


def check(chosen: list[str], options: Options, console: Console) -> int:
    """Run the chosen claims, print them as they are known and write the page; the exit status."""
    options.report.parent.mkdir(parents=True, exist_ok=True)
    verdicts, start = [], time.perf_counter()
    for verdict in run(chosen, options.processes):
        verdicts.append(verdict)
        console.print(terminal_table(verdict), highlight=False)
    seconds = time.perf_counter() - start
    page(verdicts, seconds, options.processes).save(options.report)
    console.print(summary(verdicts, seconds, options.processes), highlight=False)
    console.print(f"report: {options.report.resolve()}", soft_wrap=True)
    return 0 if all(verdict.holds for verdict in verdicts) else 1
