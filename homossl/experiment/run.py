"""The runs of an experiment: each row with every seed, and what they are to be made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from homossl.experiment.closure import Sources
from homossl.experiment.folder import Experiment
from homossl.experiment.row import Size
from homossl.experiment.stamp import Stamp, packages_of
from homossl.train import Recipe
from homossl.train.spec_json import encode

if TYPE_CHECKING:
    from homossl.transfer import Transfer

TRAINING, MEASURING = "homossl.train.loop", "homossl.transfer.task"
"""What carries out recipes and tasks."""


@dataclass(frozen=True)
class Run:
    """A row with one seed."""

    row: str
    seed: int
    recipe: Recipe
    """With this seed."""
    tasks: Mapping[str, Transfer]
    folder: Path
    stamp: Stamp
    """What training is to be made of."""
    stamps: Mapping[str, Stamp]
    """What each measurement is to be made of, but for the encoder."""


def runs_of(experiment: Experiment, size: Size, seeds: int, folder: Path) -> dict[tuple[str, int], Run]:
    """Every row with every seed, seed after seed."""
    tasks = named(experiment.table.tasks[size])
    recipes = {name: row.recipe(size) for name, row in experiment.rows.items()}
    sources = Sources(packages_of([*recipes.values(), *tasks.values()]))
    stamps = {name: Stamp.of(task, sources, MEASURING) for name, task in tasks.items()}
    runs = {}
    for name, recipe in recipes.items():
        code = Stamp.of(recipe, sources, TRAINING).code
        for seed in range(seeds):
            seeded = replace(recipe, name=f"{name}-{seed}", seed=seed)
            stamp = Stamp(encode(seeded), code)
            runs[name, seed] = Run(name, seed, seeded, tasks, folder / seeded.name, stamp, stamps)
    return {key: runs[key] for key in sorted(runs, key=lambda key: key[1])}


def named(tasks: Iterable[Transfer]) -> dict[str, Transfer]:
    """The tasks by their names, with numbers where several have one name: probe, probe-2."""
    found: dict[str, Transfer] = {}
    for task in tasks:
        same = sum(other.name == task.name for other in found.values())
        found[f"{task.name}-{same + 1}" if same else task.name] = task
    return found
