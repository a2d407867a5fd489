"""A compiled run is the same run."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from homossl.credit import FeedbackAlignment
from homossl.encoders import CNN
from homossl.recipes import hssl
from homossl.targets import EMA
from homossl.train import Hardware, Recipe
from homossl.train.trainer import Trainer

RECIPE = replace(hssl, encoder=CNN(fields=(2, 2), steps=(1, 1)), target=EMA(), hardware=Hardware(precision="64-true"))


def compiled(recipe: Recipe) -> Recipe:
    return replace(recipe, hardware=replace(recipe.hardware, compile=True))


def losses(trainer: Trainer) -> list[torch.Tensor]:
    with trainer.isolated():
        return [trainer.step()[0].value for _ in range(3)]


@pytest.mark.filterwarnings("ignore:The .grad attribute:UserWarning")  # torch's compiler looks at it
def test_a_compiled_run_takes_the_same_steps_and_has_the_same_state() -> None:
    eager, fast = Trainer(RECIPE), Trainer(compiled(RECIPE))
    torch.testing.assert_close(losses(fast), losses(eager), rtol=1e-10, atol=0)
    assert fast.learner.state_dict().keys() == eager.learner.state_dict().keys()
    stages = [*fast.learner.encoder.stages, *fast.learner.teacher.encoder.stages]  # type: ignore[union-attr, misc]
    assert all(stage._compiled_call_impl is not None for stage in stages)


def test_control_another_seed_takes_other_steps() -> None:
    one, other = losses(Trainer(RECIPE)), losses(Trainer(replace(RECIPE, seed=1)))
    assert not torch.allclose(torch.stack(one), torch.stack(other), rtol=1e-3)


def test_rules_that_rewire_layers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"FeedbackAlignment rewires layers.*hardware.compile must be False"):
        compiled(replace(RECIPE, credit=FeedbackAlignment()))
