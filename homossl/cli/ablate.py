"""`homossl ablate RECIPE`: the recipe with one piece of its structure taken away at a time."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from homossl.ablate import ablate
from homossl.cli.find import built_in, find_recipe
from homossl.cli.opening import subject_of
from homossl.cli.override import parse
from homossl.structure import Structure
from homossl.train.bounds import at_least

USAGE = """usage: homossl ablate RECIPE [--structures NAME ...] [--seeds N] [--out DIR] [--field value ...]

RECIPE is one of: {names};
or path/to/file.py[:attribute]; or package.module:attribute.
`homossl ablate RECIPE --help` shows every option, and every field of the recipe, with its default."""


@dataclass(frozen=True)
class Options:
    """How to ablate a recipe."""

    structures: tuple[Structure, ...] = ()
    """What to leave of the structure, besides all of it; everything that applies if not given."""
    seeds: int = 3
    """Runs of each, the first with the recipe's own seed."""
    out: Path | None = None
    """Folder of the runs and the report, resumed if it is there; runs/ablate-NAME if not given."""
    workers: int = os.cpu_count() or 1
    """Runs at a time, on one core each."""

    def __post_init__(self) -> None:
        at_least(1, seeds=self.seeds, workers=self.workers)


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    if (name := subject_of(args, "RECIPE", "ablate")) is None:
        print(USAGE.format(names=", ".join(built_in())))
        return 0
    recipe = find_recipe(name)
    about = "Take one piece of this recipe's structure away at a time."
    options, recipe = parse(Options(), recipe, args[1:], f"homossl ablate {name}", about)
    try:
        made = ablate(recipe, options.structures or None, options.seeds, options.out, count=options.workers)
    except KeyboardInterrupt:
        print(f"stopped; go on with: {shlex.join(['homossl', 'ablate', *args])}")
        return 130
    report = made.save()
    console = Console()
    console.print(made.table(), highlight=False, soft_wrap=True)
    console.print(f"report: {report.resolve()}", soft_wrap=True)
    return 0
