"""`homossl report RUN [RUN ...]`: how training went, as one page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional

from homossl.cli.opening import subject_of
from homossl.cli.override import read
from homossl.run_report import save

USAGE = """usage: homossl report RUN [RUN ...] [--out FILE]

Each RUN is the folder of a run, finished or not. The page shows losses, angles to backpropagation where they were
measured (`homossl pretrain RECIPE --angles-every N`), scores where `homossl evaluate` has written some, and what the
recipes differ in. It is written to RUN/report.html, and for several runs to runs.html here."""


@dataclass(frozen=True)
class Options:
    """Show how runs went, on one page."""

    runs: Positional[tuple[Path, ...]]
    """Folders of runs, finished or not."""
    out: Path | None = None
    """File of the page; RUN/report.html for one run, and runs.html here for several, if not given."""


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    if subject_of(args, "RUN", "report") is None:
        print(USAGE)
        return 0
    options = read(Options, args, prog="homossl report")
    print(f"report: {save(options.runs, options.out)}")
    return 0
