"""`homossl evaluate RUN`: how good are the features of a trained encoder?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from homossl.cli.opening import import_classes, subject_of
from homossl.cli.override import parse
from homossl.data import Data
from homossl.evaluate import Scores, evaluate, layerwise
from homossl.learner import Learner
from homossl.train import Hardware, Recipe, load_learner, write_atomic
from homossl.train.processes import build_fabric
from homossl.train.runs import SCORES
from homossl.train.spec_json import encode

USAGE = """usage: homossl evaluate RUN [--layers] [--data NAME] [--data.field value ...] [--classes FILE.py ...]

RUN is the folder of a run, or a checkpoint file; --layers scores the features after every stage; --classes imports
files whose classes its recipe uses.
`homossl evaluate RUN --help` shows every option, with its default."""


@dataclass(frozen=True)
class Options:
    """How to evaluate."""

    device: str = "auto"
    """auto, cpu, cuda, cuda:1, mps, ..."""
    classes: tuple[Path, ...] = ()
    """Python files with classes of your own that the recipe uses; RECIPE itself if it was such a file."""
    layers: bool = False
    """Score the features after every stage."""


@dataclass(frozen=True)
class Evaluation:
    """What to evaluate on."""

    data: Data
    """The labelled images; those of the recipe by default."""
    seed: int = 0
    """Seed of the draws of few labels."""


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    if (name := subject_of(args, "RUN", "evaluate")) is None:
        print(USAGE)
        return 0
    run, flags = Path(name), args[1:]
    import_classes(flags)
    learner, recipe = load_learner(run)
    about = "Evaluate the features of a trained encoder."
    options, chosen = parse(Options(), Evaluation(recipe.data), flags, f"homossl evaluate {run}", about)
    device = build_fabric(Hardware(device=options.device)).device
    train, test = (chosen.data.load(split).to(device) for split in ("train", "test"))
    check_fits(recipe, learner, train.shape)
    encoder = learner.encoder.to(device)
    layers = layerwise(encoder, train, test, seed=chosen.seed) if options.layers else {}
    scores = layers[len(layers) - 1] if layers else evaluate(encoder, train, test, seed=chosen.seed)
    Console().print(layers_table(layers, recipe.name) if layers else table(scores, recipe.name))
    write(scores, layers, chosen, (run if run.is_dir() else run.parent) / SCORES)
    return 0


def check_fits(recipe: Recipe, learner: Learner, shape: tuple[int, ...]) -> None:
    """Check that an encoder reads samples of this shape, (c h w) of images.

    Raises:
        ValueError: it has learned from samples that are moved otherwise, as with other channels, or they do not fit it.
    """
    fresh = recipe.encoder.on(recipe.group, shape)
    if fresh.action_in != learner.encoder.action_in:
        raise ValueError(f"the encoder was trained on samples unlike those of shape {shape}: of other channels?")


def table(scores: Scores, name: str) -> Table:
    """The scores as a table."""
    header, *rows = scores.table()
    shown = Table(*header, title=f"Test accuracy of {name}, encoder frozen")
    for row in rows:
        shown.add_row(*row)
    return shown


def layers_table(layers: dict[int, Scores], name: str) -> Table:
    """The scores after every stage as a table: means, with the pose kept / pooled."""
    protocols = layers[0].pose_kept.by_protocol()
    shown = Table("stage", *protocols, title=f"Test accuracy of {name} after each stage, pose kept / pooled")
    for number, scores in layers.items():
        kept, pooled = scores.pose_kept.by_protocol(), scores.pooled.by_protocol()
        shown.add_row(str(number), *[f"{kept[p].mean:.3f}/{pooled[p].mean:.3f}" for p in protocols])
    return shown


def write(scores: Scores, layers: dict[int, Scores], chosen: Evaluation, path: Path) -> None:
    """Write scores.json: what was measured, after every stage too if there are layers, and on what."""
    measured = {"on": encode(chosen), "accuracy": scores.to_dict()}
    staged = {"layers": {number: stage.to_dict() for number, stage in layers.items()}} if layers else {}
    write_atomic(path, json.dumps(measured | staged, indent=2) + "\n")
    print(f"written to {path}")
