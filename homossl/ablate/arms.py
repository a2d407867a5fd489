"""The arms of an ablation: the recipe with each structure, and the initial weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from homossl.structure import Structure
from homossl.sweep.arm import Arm
from homossl.train import Recipe

COLOURS: dict[Structure, str] = {
    "intact": "#d55e00",
    "untied": "#009e73",
    "permuted_base": "#0072b2",
    "random_orthogonal": "#cc79a7",
    "broken_order": "#b58900",
    "shuffled_motion": "#56b4e9",
    "no_motion": "#7a5195",
}
FROZEN, FROZEN_UNTIED = "#8a8f98", "#a9cbbd"


def make_arms(recipe: Recipe, structures: Sequence[Structure]) -> tuple[Arm, ...]:
    """The frozen encoder, the one with untied filters frozen too, and every structure.

    All encoders but the untied one start from the same weights and are read out alike: one frozen encoder serves them.
    """
    frozen = [Arm("frozen", replace(recipe, name="frozen", epochs=0), FROZEN, "frozen")]
    if "untied" in structures:
        spec = replace(recipe, name="untied-frozen", structure="untied", epochs=0)
        frozen.append(Arm("untied, frozen", spec, FROZEN_UNTIED, "untied-frozen"))
    return (*frozen, *[_trained(recipe, structure) for structure in structures])


def _trained(recipe: Recipe, structure: Structure) -> Arm:
    frozen = "untied-frozen" if structure == "untied" else "frozen"
    spec = replace(recipe, name=structure, structure=structure)
    return Arm(structure.replace("_", " "), spec, COLOURS[structure], frozen)
