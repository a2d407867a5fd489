"""The arms of the comparison: recipes that differ in one thing each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from homossl.sweep.arm import Arm
from homossl.train import Hardware, Recipe

ONE_CORE = Hardware(device="cpu", threads=1)


def make_arms(hssl: Recipe, assl: Recipe, plain: Recipe, epochs: int | None = None) -> tuple[Arm, ...]:
    """All arms, from the recipes of those that are trained; epochs, if given, replace those of the recipes."""
    changes: dict[str, Any] = {"hardware": ONE_CORE, "log_every": 5}
    changes |= {} if epochs is None else {"epochs": epochs}

    def arm(title: str, recipe: Recipe, colour: str, frozen: str, **more: Any) -> Arm:
        return Arm(title, replace(recipe, **changes | more), colour, frozen)

    return (
        arm("frozen", hssl, "#8a8f98", "frozen", name="frozen", epochs=0),
        arm("A-SSL", assl, "#0072b2", "frozen"),
        arm("H-SSL", hssl, "#d55e00", "frozen"),
        arm("plain, frozen", plain, "#a9cbbd", "plain-frozen", name="plain-frozen", epochs=0),
        arm("plain, H-SSL", plain, "#009e73", "plain-frozen"),
    )
