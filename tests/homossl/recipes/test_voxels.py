"""The recipes of voxels can be saved and read back, take a step, and are one training where they should be."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from homossl.data import Solids
from homossl.encoders import VoxelCNN
from homossl.recipes import voxels
from homossl.train import Recipe
from homossl.types import Batch

RECIPES = [voxels.hssl, voxels.assl, voxels.plain]


def loss(recipe: Recipe) -> torch.Tensor:
    """On a grid of 5, by a small encoder."""
    small = replace(recipe, encoder=VoxelCNN(fields=(1,), steps=(2,)))
    x = torch.randn(4, 1, 5, 5, 5, generator=torch.Generator().manual_seed(0))
    return small.learner(tuple(x.shape[1:])).double().step(Batch(x.double()), torch.Generator().manual_seed(0)).value


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_recipes_are_values(recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_the_encoder_takes_the_data() -> None:
    source = replace(voxels.hssl.data, source=Solids(points=50, test=1))  # type: ignore[type-var]
    encoder = voxels.hssl.encoder.on(voxels.hssl.group, source.load("test").shape)
    assert encoder.action_out.group == voxels.hssl.group


def test_on_inputs_and_on_features_they_are_one() -> None:
    hssl, assl = loss(voxels.hssl), loss(voxels.assl)
    assert hssl.sub(assl).abs() < 1e-10
    plain = loss(replace(voxels.assl, structure="untied")) - loss(voxels.plain)
    assert plain.abs() > 1e-3
