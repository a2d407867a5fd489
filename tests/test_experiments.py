"""Every recipe in experiments/ can be saved and read back, and its learner takes a step."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
import torch

from homossl.encoders import ResNet18
from homossl.train import Recipe
from homossl.types import Batch

FOLDER = Path(__file__).parents[1] / "experiments"
RECIPES = [
    recipe
    for file in sorted(FOLDER.glob("*.py"))
    for recipe in vars(import_module(f"experiments.{file.stem}")).values()
    if isinstance(recipe, Recipe)
]


def narrow(recipe: Recipe) -> Recipe:
    """The recipe with an encoder that a test can afford."""
    return replace(recipe, encoder=replace(recipe.encoder, width=8)) if isinstance(recipe.encoder, ResNet18) else recipe


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_recipes_are_values(recipe):
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_json(recipe.to_json()) != replace(recipe, seed=recipe.seed + 1)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_recipes_take_a_step(recipe):
    learner = narrow(recipe).learner((3, 33, 33))
    loss = learner.step(Batch(torch.rand(2, 3, 33, 33)), torch.Generator().manual_seed(0))
    assert torch.isfinite(loss.value)
