"""What an ablation runs, found out before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from homossl.ablate.arms import make_arms
from homossl.data import AnySamples
from homossl.structure import STRUCTURES, Structure
from homossl.sweep.arm import Arm
from homossl.train import Recipe
from homossl.train.bounds import at_least

CHECKPOINTS = 10


@dataclass(frozen=True)
class Plan:
    """The arms, the seeds of each, and the structures that are left out, with the reason why."""

    arms: tuple[Arm, ...]
    seeds: range
    left_out: Mapping[Structure, str]


def make_plan(recipe: Recipe, structures: Sequence[Structure] | None, seeds: int) -> Plan:
    """The intact recipe and those structures (None: all that apply), with so many seeds from the recipe's own on.

    Raises:
        ValueError: there is nothing to train, or a structure does not apply to the recipe.
    """
    _check(recipe, seeds)
    images = recipe.data.load("train")
    chosen, left_out = _choose(recipe, structures, images)
    return Plan(make_arms(_often_saved(recipe, images), chosen), range(recipe.seed, recipe.seed + seeds), left_out)


def _check(recipe: Recipe, seeds: int) -> None:
    at_least(1, seeds=seeds, epochs=recipe.epochs)
    if recipe.structure != "intact":
        raise ValueError(f"an ablation starts from a recipe whose structure is 'intact', got {recipe.structure!r}")


def _choose(
    recipe: Recipe, structures: Sequence[Structure] | None, images: AnySamples
) -> tuple[list[Structure], dict[Structure, str]]:
    asked: list[Structure] = ["intact", *[s for s in structures or STRUCTURES if s != "intact"]]
    refused = {structure: error for structure in asked if (error := _refusal(recipe, structure, images.shape))}
    if refused and (structures is not None or "intact" in refused):
        raise next(iter(refused.values()))
    left_out: dict[Structure, str] = {structure: str(refused[structure]) for structure in asked if structure in refused}
    return [structure for structure in dict.fromkeys(asked) if structure not in refused], left_out


def _refusal(recipe: Recipe, structure: Structure, shape: tuple[int, ...]) -> ValueError | TypeError | None:
    try:
        replace(recipe, structure=structure).learner(shape)
    except (ValueError, TypeError) as error:
        return error
    return None


def _often_saved(recipe: Recipe, images: AnySamples) -> Recipe:
    """With so many checkpoints that a run loses a tenth of its steps when it is killed."""
    steps = recipe.epochs * (len(images) // (recipe.batch_size * recipe.hardware.accumulate))
    return replace(recipe, checkpoint_every=min(recipe.checkpoint_every, max(1, steps // CHECKPOINTS)))
