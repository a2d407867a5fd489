"""`homossl transfer MODEL TASK`: does what an encoder has learned serve another task?"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.table import Table

from homossl.cli.opening import import_classes, subject_of
from homossl.cli.override import parse
from homossl.data import Data, DigitScenes
from homossl.report import interval
from homossl.train import Hardware, load_learner, write_atomic
from homossl.train.bounds import at_least
from homossl.train.processes import build_fabric
from homossl.transfer import (
    Classification,
    Detection,
    Measured,
    Probe,
    Robustness,
    Segmentation,
    Task,
    Transfer,
    backbone_of,
    is_run,
    save_model,
)
from homossl.transfer.robustness import UNITS, Motion

USAGE = """usage: homossl transfer MODEL TASK [--field value ...] [--robust] [--seeds N] [--out DIR]

MODEL is a run, a checkpoint, torchvision:NAME, timm:NAME, package.module:callable or path/file.py:callable.
TASK is one of: {names}.
`homossl transfer MODEL TASK --help` shows every field of the task, with its default."""

TASKS: dict[str, type[Transfer]] = {task.name: task for task in (Probe, Classification, Segmentation, Detection)}
SCORES = "scores.json"


@dataclass(frozen=True)
class Options:
    """How to transfer."""

    weights: str | None = None
    """Trained weights of a model of torchvision or timm, such as DEFAULT; drawn from the seed if not given."""
    device: str = "auto"
    """auto, cpu, cuda, cuda:1, mps, ..."""
    seeds: int = 1
    """Times the task is learned, with the seeds 0, 1, ..."""
    robust: bool = False
    """Measure on turned, zoomed and shifted test data too."""
    out: Path | None = None
    """Folder of the scores and the last model; MODEL/transfer/TASK for a run, else runs/transfer/MODEL/TASK."""
    classes: tuple[Path, ...] = ()
    """Python files with classes of your own that the recipe or the data uses."""

    def __post_init__(self) -> None:
        at_least(1, seeds=self.seeds)


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    source = subject_of(args, "MODEL", "transfer")
    kind = subject_of(args[1:], "TASK", "transfer") if source else None
    if source is None or kind is None:
        print(USAGE.format(names=", ".join(TASKS)))
        return 0
    if kind not in TASKS:
        raise ValueError(f"TASK: expected one of {', '.join(TASKS)}, got {kind!r}")
    import_classes(args[2:])
    default = TASKS[kind](data=default_data(source, kind))
    about = "Learn this task with an encoder, and test it."
    options, task = parse(Options(), default, args[2:], f"homossl transfer {source} {kind}", about)
    task = replace(task, curves=tuple(map(Robustness, get_args(Motion)))) if options.robust else task
    made = transfer(source, task, options)
    Console().print(table(made, f"{task.name} with {source}"))
    return 0


def default_data(source: str, kind: str) -> Data:
    """What a run has learned from, for classification; for all else scenes of digits."""
    classifies = kind in (Probe.name, Classification.name)
    return load_learner(Path(source))[1].data if classifies and is_run(source) else DigitScenes()


def transfer(source: str, task: Transfer, options: Options) -> list[Measured]:
    """What each seed gave; scores, curves and the last model are kept in the folder."""
    device = str(build_fabric(Hardware(device=options.device)).device)
    train, folder = task.data.load("train"), options.out or folder_of(source, task.name)
    made: list[Measured] = []
    for seed in range(options.seeds):
        backbone = backbone_of(source, train.shape, weights=options.weights, seed=seed)
        made.append(task.measure(backbone, seed, device))
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(task, Task) and made[-1].model is not None:
        save_model(folder, made[-1].model, task, source, train)
    write_atomic(folder / SCORES, json.dumps([one.to_dict() for one in made], indent=2) + "\n")
    print(f"written to {folder}")
    return made


def folder_of(source: str, kind: str) -> Path:
    """Where what was learned is kept by default.

    >>> print(folder_of("torchvision:resnet18", "detection"))
    runs/transfer/torchvision-resnet18/detection
    """
    if is_run(source):
        path = Path(source)
        return (path if path.is_dir() else path.parent) / "transfer" / kind
    return Path("runs/transfer", source.replace(":", "-").replace("/", "-"), kind)


def table(made: list[Measured], title: str) -> Table:
    """Scores and curves in percent, over the seeds."""
    shown = Table("score", "%", title=title)
    for name in made[0].scores:
        shown.add_row(name, str(interval([100 * one.scores[name] for one in made])))
    for motion, curve in made[0].curves.items():
        for i, (value, _) in enumerate(curve):
            at = interval([100 * one.curves[motion][i][1] for one in made])
            shown.add_row(f"{motion} of {value:g} {UNITS[motion]}", str(at))
    return shown
