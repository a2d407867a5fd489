"""The recipes of solids: written and read, equal in their draws, and equivariant but for the plain ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from groups import SO3
from homossl.cli.find import find_recipe
from homossl.data import Solids
from homossl.encoders import TensorFieldNetwork
from homossl.recipes import solids
from homossl.train import Recipe
from homossl.types import Batch
from proofs_check.laws import equivariance, same_step

NAMES = ("hssl", "assl", "halves", "stec", "plain", "pointnet")


def small(name: str) -> Recipe:
    recipe = getattr(solids, name)
    data, encoder = Solids(points=12, train=1, test=1), TensorFieldNetwork(copies=2, latent=3, layers=1)
    return replace(recipe, data=data, encoder=encoder)


@pytest.mark.parametrize("name", NAMES)
def test_recipes_are_found_written_and_read(name) -> None:
    recipe = getattr(solids, name)
    assert find_recipe(f"homossl.recipes.solids:{name}") == recipe
    assert Recipe.from_json(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("name", "equivariant"), [("hssl", True), ("stec", True), ("plain", False), ("pointnet", False)]
)
def test_steps_descend_and_only_structure_is_equivariant(name, equivariant) -> None:
    recipe = small(name)
    learner, x = recipe.learner((12, 3)).double(), recipe.data.load("train").x.double()
    loss = learner.step(Batch(x), torch.Generator().manual_seed(0))
    assert loss.value.isfinite()
    encoder, g = learner.encoder.eval(), SO3().sample(len(x), dtype=torch.float64)
    residual = equivariance(encoder, encoder.action_in, encoder.action_out, g, x)
    assert residual < 1e-10 if equivariant else residual > 0.01


def test_hssl_and_assl_take_the_same_steps() -> None:
    one, other = (small(name).learner((12, 3)).double() for name in ("hssl", "assl"))
    batch = Batch(small("hssl").data.load("train").x.double())
    assert same_step(one, other, batch) < 1e-9
    untied = small("plain").learner((12, 3)).double()
    moved = replace(small("assl"), structure="untied").learner((12, 3)).double()
    assert same_step(untied, moved, batch) > 0.01
