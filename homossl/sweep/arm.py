"""What is run: arms, and each of them with every seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from homossl.train import Recipe
from homossl.views import EfferencePair, InputAugmentation


@dataclass(frozen=True)
class Arm:
    """One arm of a comparison, run with every seed."""

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
        """Encoder passes over the training set: two per epoch where each view is an input."""
        return self.recipe.epochs * (2 if isinstance(self.recipe.views, InputAugmentation | EfferencePair) else 1)

    def seeded(self, seed: int) -> Recipe:
        """The recipe of the run with this seed."""
        return replace(self.recipe, name=f"{self.name}-{seed}", seed=seed)


@dataclass(frozen=True)
class Run:
    """One arm with one seed."""

    arm: Arm
    seed: int
    folder: Path

    @property
    def title(self) -> str:
        """What to call it."""
        return f"{self.arm.title}, seed {self.seed}"


def runs_of(arms: Sequence[Arm], seeds: Iterable[int], folder: Path) -> list[Run]:
    """Every arm with every seed, each in a folder of its own, the long ones first: they keep all processes busy."""
    runs = [Run(arm, seed, folder / f"{arm.name}-{seed}") for seed in seeds for arm in arms]
    return sorted(runs, key=lambda run: run.arm.passes, reverse=True)
