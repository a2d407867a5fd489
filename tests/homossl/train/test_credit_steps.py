"""A run is refused at its start where its credit rule cannot be followed in so few optimiser steps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tiny import recipe

from homossl.credit import Backprop, GreedyLayerwise, RandomLayerwise
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.objectives import MLP, InfoNCE
from homossl.targets import Shared
from homossl.train import Hardware, Recipe, train
from homossl.train.trainer import Trainer
from homossl.views import FeatureFibre

short = Recipe(
    name="short",
    data=Digits(9),
    group=recipe.group,
    encoder=CNN(fields=(1, 1, 1), steps=(1, 2, 1)),
    views=FeatureFibre(),
    objective=InfoNCE(projector=MLP(8, 8)),
    target=Shared(),
    credit=GreedyLayerwise("successive"),
    optimiser=recipe.optimiser,
    schedule=recipe.schedule,
    hardware=Hardware(device="cpu"),
    epochs=1,
    batch_size=600,
)


def test_a_stage_that_would_never_learn_is_named_before_anything_is_written(tmp_path):
    run = tmp_path / "run"
    with pytest.raises(ValueError, match=r"but stages \[2\] of 0..2 would get none of 2 with equal shares"):
        train(short, run, show=False)
    assert not run.exists()


def test_the_steps_are_those_of_the_optimiser_in_the_whole_run():
    assert Trainer(replace(short, epochs=2)).steps == 4
    with pytest.raises(ValueError, match=r"stages \[2\] of 0..2 would get none of 2"):
        Trainer(replace(short, epochs=2, hardware=Hardware(device="cpu", accumulate=2)))


@pytest.mark.parametrize("options", [{"epochs": 0}, {"credit": GreedyLayerwise()}, {"credit": RandomLayerwise()}])
def test_no_steps_and_rules_without_shares_are_allowed(options):
    assert Trainer(replace(short, **options)).steps == 2 * options.get("epochs", 1)


def test_the_rule_is_asked_with_its_state(monkeypatch):
    asked = []
    monkeypatch.setattr(Backprop, "check_steps", lambda self, state, steps: asked.append((state, steps)))
    trainers = [Trainer(replace(short, credit=Backprop(), epochs=epochs)) for epochs in (0, 3)]
    assert asked == [(trainers[1].learner.credit_state, 6)]
