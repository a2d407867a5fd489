"""`homossl demo`: its options, and what it prints."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import tyro
from rich.console import Console

from homossl import recipes
from homossl.demo.arms import make_arms
from homossl.demo.comparison import compare
from homossl.demo.folder import claim
from homossl.demo.story import write_report
from homossl.demo.table import terminal_table
from homossl.train.bounds import at_least


@dataclass(frozen=True)
class Options:
    """Compare H-SSL with its frozen encoder, with A-SSL, and with itself without structure, on digits."""

    out: Path | None = None
    """Folder for the report and the runs; by default runs/demo, or the next of runs/demo-2, ... that is free."""
    overwrite: bool = False
    """Replace the demo that is in that folder."""
    seeds: int = 3
    """Runs of each arm."""
    epochs: int | None = None
    """Passes through the data; by default those of the recipes."""
    workers: int = os.cpu_count() or 1
    """Runs at a time, on one core each."""

    def __post_init__(self) -> None:
        at_least(1, seeds=self.seeds, workers=self.workers, epochs=self.epochs)


def main(args: list[str] | None = None) -> int:
    """Run the demo with these arguments; the exit status."""
    options = tyro.cli(Options, args=args, prog="homossl demo")
    console = Console()
    folder = claim(options.out, options.overwrite)
    arms = make_arms(recipes.hssl, recipes.assl, recipes.plain, options.epochs)
    results = compare(arms, options.seeds, folder, options.workers, console)
    report = write_report(results, folder)
    console.print(terminal_table(results))
    console.print(f"report: {report.resolve()}", soft_wrap=True)
    return 0
