"""`homossl bench`: how fast is a step, beside escnn, plain convolutions and other libraries?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from homossl.bench.arms import chosen
from homossl.bench.folder import RESULTS, check_free, save
from homossl.bench.run import Axis, bench, swept
from homossl.bench.setting import Setting
from homossl.bench.terminal import show
from homossl.cli.override import parse
from homossl.train.bounds import at_least

ABOUT = "Set steps of homossl, escnn, plain networks and other libraries side by side, in one run."


@dataclass(frozen=True)
class Options:
    """What to measure, and how often."""

    to: Path = Path("runs/bench")
    """Folder to write bench.json and report.html to; those of an earlier benchmark are replaced."""
    rounds: int = 10
    """Rounds, in each of which every arm has a turn; intervals are over these."""
    steps: int = 3
    """Steps of each turn."""
    only: tuple[str, ...] = ()
    """Arms or kinds of arms (encoder, training, views) to measure, beside what they are compared with."""
    skip: tuple[str, ...] = ()
    """Arms or kinds of arms to leave out."""
    compile: bool = False
    """Measure compiled encoders too."""
    sweep: Axis | None = None
    """What to change from one measurement to the next."""
    values: tuple[int, ...] = ()
    """Its values."""
    profile: bool = False
    """Record where the time of a step of H-SSL goes, with the encoder run in each way."""

    def __post_init__(self) -> None:
        at_least(2, rounds=self.rounds)
        at_least(1, steps=self.steps)


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    options, setting = parse(Options(), Setting(), args, "homossl bench", ABOUT)
    arms = chosen(options.only, options.skip, options.compile)
    swept(setting, options.sweep, options.values)
    check_free(options.to)
    console = Console()
    with console.status("") as status:
        results = bench(
            arms,
            setting,
            options.rounds,
            options.steps,
            axis=options.sweep,
            values=options.values,
            profiled=options.profile,
            say=lambda text: status.update(text),
        )
    report = save(results, options.to)
    show(results, console)
    console.print(f"results: {(options.to / RESULTS).resolve()}\nreport: {report.resolve()}", soft_wrap=True)
    return 0
