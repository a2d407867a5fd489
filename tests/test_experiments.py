"""Every recipe in experiments/ can be saved and read back, and its learner takes a step."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch

from homossl.cli.find import recipes
from homossl.data import Digits
from homossl.encoders.pooled import PooledArchitecture
from homossl.encoders.resnet import ResNet
from homossl.train import Recipe
from homossl.types import Batch

FOLDER = Path(__file__).parents[1] / "experiments"
RECIPES = [
    recipe
    for file in sorted(FOLDER.glob("*.py"))
    for recipe in recipes(import_module(f"experiments.{file.stem}")).values()
]


def narrow(recipe: Recipe) -> Recipe:
    """The recipe with an encoder that a test can afford."""
    wide = isinstance(recipe.encoder, ResNet | PooledArchitecture)
    return replace(recipe, encoder=replace(recipe.encoder, width=8)) if wide else recipe


def images(data: Any) -> torch.Tensor:
    """Five images of the shape of a data set's, as four negatives want."""
    return torch.rand(5, 1 if isinstance(data, Digits) else 3, data.size, data.size)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_recipes_are_values(recipe):
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_json(recipe.to_json()) != replace(recipe, seed=recipe.seed + 1)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_recipes_take_a_step(recipe):
    x = images(recipe.data)
    learner = narrow(recipe).learner((x.shape[1], x.shape[2], x.shape[3]))
    loss = learner.step(Batch(x), torch.Generator().manual_seed(0))
    assert torch.isfinite(loss.value)
