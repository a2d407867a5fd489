"""How good are features after so many minutes of pretraining: `python -m experiments.by_the_clock --minutes 10`.

Setting: any recipe, `experiments/cifar10.py:hssl` by default, its fields as for `homossl pretrain`; epochs are chosen
so that training fills the minutes, at the speed of its first steps. The clock stops while features are evaluated:
accuracy of the 20 nearest of 10,000 random training images for up to 10,000 test images, pose kept, after equal shares
of the steps; at the end a linear probe on the same images. One seed, so no interval: a curve to look at, no comparison.
Expected figure: none.
Cost: the minutes, and a minute of evaluation on two cores. On a GPU: `--hardware.device cuda --hardware.precision
bf16-mixed --hardware.compile`; not measured there yet. Results: `experiments/results/by_the_clock.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from experiments.writing import markdown, write
from homossl.bench.timing import endless, time_of
from homossl.cli.find import find_recipe
from homossl.cli.override import parse
from homossl.compare.some import some
from homossl.data import AnySamples
from homossl.evaluate import knn, linear_probe, poses
from homossl.train import Recipe
from homossl.train.trainer import Trainer

IMAGES, NEIGHBOURS, WARM_UP, TIMED = 10_000, 20, 5, 20
RECIPE = "experiments/cifar10.py:hssl"


@dataclass(frozen=True)
class Options:
    """How long to train, and where the results go."""

    minutes: float = 10.0
    """Minutes of training."""
    points: int = 10
    """How often features are evaluated."""
    to: Path = Path(__file__).parent / "results" / "by_the_clock.md"
    """File of the results."""


def main(args: list[str]) -> None:
    """Train by the clock, print the curve, and write it with the machine."""
    name, *rest = args if args and not args[0].startswith("-") else [RECIPE, *args]
    options, recipe = parse(Options(), find_recipe(name), rest, "experiments.by_the_clock", "Train by the clock.")
    trainer = Trainer(filling(recipe, 60 * options.minutes))
    train, test = (some(recipe.data.load(split), IMAGES, seed=0) for split in ("train", "test"))
    rows = list(curve(trainer, train, test, min(options.points, trainer.steps)))
    table = markdown(("minutes", "epochs", "images/s", "20-NN"), rows)
    write(options.to, __doc__ or "", *table, "", *ended(trainer, train, test))


def filling(recipe: Recipe, seconds: float) -> Recipe:
    """The recipe with as many epochs as fit, at least one."""
    trainer = endless(recipe)
    timed(trainer, WARM_UP)
    return replace(recipe, epochs=max(1, round(seconds / (timed(trainer, TIMED) / TIMED) / trainer.per_epoch)))


def curve(trainer: Trainer, train: AnySamples, test: AnySamples, points: int) -> Iterator[list[str]]:
    """Minutes of training, epochs, images per second and accuracy, at the start and after equal shares of the steps."""
    seconds = 0.0
    yield ["0", "0", "", accuracy(trainer, train, test)]
    for point in range(1, points + 1):
        before, until = trainer.done, round(point * trainer.steps / points)
        spent = timed(trainer, until - before)
        seconds += spent
        speed = (until - before) * trainer.recipe.batch_size * trainer.recipe.hardware.accumulate / spent
        epochs = trainer.done / trainer.per_epoch
        yield [f"{seconds / 60:.1f}", f"{epochs:.1f}", f"{speed:.0f}", accuracy(trainer, train, test)]


def timed(trainer: Trainer, steps: int) -> float:
    """Seconds of so many steps."""
    with trainer.isolated():
        return steps * time_of(trainer.step, steps, trainer.device) / 1000


def accuracy(trainer: Trainer, train: AnySamples, test: AnySamples) -> str:
    """Of the nearest neighbours."""
    return f"{100 * knn(*encoded(trainer, train), *encoded(trainer, test), NEIGHBOURS):.1f} %"


def ended(trainer: Trainer, train: AnySamples, test: AnySamples) -> Iterator[str]:
    """What was trained, and how good a linear probe on its features is."""
    linear = linear_probe(*encoded(trainer, train), *encoded(trainer, test))
    yield f"Linear probe at the end: {100 * linear:.1f} %. Seed {trainer.recipe.seed}.\n"
    yield f"```json\n{trainer.recipe.to_json()}```"
    if trainer.device.type == "cuda":
        peak = torch.cuda.max_memory_allocated(trainer.device) / 2**30
        yield f"\n{torch.cuda.get_device_name(trainer.device)}, peak memory {peak:.1f} GiB."


def encoded(trainer: Trainer, images: AnySamples) -> tuple[Tensor, Tensor]:
    """Features (n (c g)) with the pose kept, and labels (n)."""
    features, labels = poses(trainer.learner.encoder, images)
    return features.flatten(1), labels


if __name__ == "__main__":
    main(sys.argv[1:])
