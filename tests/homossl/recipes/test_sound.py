"""The recipes for sound can be saved and read back, take a step, and are homomorphisms."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from homossl.data.sound import ConstantQ
from homossl.recipes import sound
from homossl.structure import STRUCTURES
from homossl.train import Recipe
from homossl.types import Batch
from homossl.views import InputAugmentation

RECIPES = [sound.notes, sound.spoken_digits, sound.assl_spoken_digits, sound.stec_spoken_digits]


def samples(recipe: Recipe, n: int = 4) -> torch.Tensor:
    spectrogram: ConstantQ = recipe.data.spectrogram  # type: ignore[attr-defined]
    return torch.rand(n, *spectrogram.shape, generator=torch.Generator().manual_seed(0))


def loss(recipe: Recipe, x: torch.Tensor) -> torch.Tensor:
    learner = recipe.learner(tuple(x.shape[1:])).double().eval()
    return learner.step(Batch(x.double()), torch.Generator().manual_seed(0)).value


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_recipes_are_values_and_take_a_step(recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert loss(recipe, samples(recipe)).isfinite()


def test_the_grid_is_that_of_the_group() -> None:
    for recipe in RECIPES:
        assert tuple(samples(recipe).shape[2:]) == recipe.group.moduli  # type: ignore[attr-defined]


@pytest.mark.parametrize("structure", ["untied", "permuted_base"])
def test_h_ssl_is_a_ssl_with_the_same_motions_until_structure_is_removed(structure) -> None:
    hssl = sound.spoken_digits
    assl = replace(hssl, views=InputAugmentation(motion=hssl.views.motion, window=hssl.views.window))  # type: ignore[attr-defined]
    x = samples(hssl)
    assert abs(loss(hssl, x) - loss(assl, x)) < 1e-9
    broken = [replace(recipe, structure=structure) for recipe in (hssl, assl)]
    assert abs(loss(broken[0], x) - loss(broken[1], x)) > 1e-3


@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_ablation_of_s_tec_learns_or_says_why_not(structure) -> None:
    recipe = replace(sound.stec_spoken_digits, structure=structure)
    if structure in ("broken_order", "random_orthogonal"):
        with pytest.raises(ValueError, match="would change nothing"):
            loss(recipe, samples(recipe))
    else:
        assert loss(recipe, samples(recipe)).isfinite()
