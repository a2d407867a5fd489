"""The arms of the comparison: recipes that differ in one thing each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from homossl.train import Hardware, Recipe
from homossl.views import InputAugmentation

ONE_CORE = Hardware(device="cpu", threads=1)


@dataclass(frozen=True)
class Arm:
    """One arm, run with every seed."""

    title: str
    recipe: Recipe
    colour: str
    frozen: str
    """The arm that keeps the initial weights of this one."""

    @property
    def name(self) -> str:
        """A name for folders and files."""
        return self.recipe.name

    @property
    def trained(self) -> bool:
        """Whether it takes any steps."""
        return self.recipe.epochs > 0

    @property
    def passes(self) -> int:
        """Encoder passes over the training set: two per epoch where inputs are augmented."""
        return self.recipe.epochs * (2 if isinstance(self.recipe.views, InputAugmentation) else 1)

    def seeded(self, seed: int) -> Recipe:
        """The recipe of the run with this seed."""
        return replace(self.recipe, name=f"{self.name}-{seed}", seed=seed)


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
