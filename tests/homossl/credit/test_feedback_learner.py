"""FeedbackAlignment in a learner: every update takes a step, and a resumed run is the same run."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest
import torch

from groups import Cyclic
from homossl.credit import Backprop, Credit, FeedbackAlignment, GreedyLayerwise
from homossl.credit.feedback import Update
from homossl.encoders import CNN
from homossl.learner import build
from homossl.objectives import BYOL, MLP, InfoNCE, VICReg
from homossl.targets import EMA, Shared
from homossl.train.checkpoint import Checkpoint
from homossl.types import Batch
from homossl.views import FeatureFibre, GlobalLocal, InputAugmentation, Uniform, Window

NARROW = MLP(8, 8)
RULES = [
    FeedbackAlignment(update, losses=losses)
    for update, losses in product(get_args(Update), (Backprop(), GreedyLayerwise()))
]
OBJECTIVES = [InfoNCE(projector=NARROW), BYOL(projector=NARROW, predictor=NARROW), VICReg(projector=NARROW)]


def make(credit: Credit, objective=OBJECTIVES[0], structure: Any = "steerable", source=FeatureFibre) -> Any:
    target = EMA() if isinstance(objective, BYOL) else Shared()
    encoder = CNN(structure=structure, fields=(1, 2), steps=(1, 2))
    views = source(motion=Uniform(), window=Window(2))
    return build(Cyclic(4), encoder, views, objective, target, credit, shape=(1, 9, 9))


def step(learner: Any, seed: int = 0) -> torch.Tensor:
    x = torch.rand(4, 1, 9, 9, generator=torch.Generator().manual_seed(seed))
    return learner.step(Batch(x), torch.Generator().manual_seed(seed)).value


def train(learner: Any, optimiser: torch.optim.Optimizer, steps: range) -> None:
    for seed in steps:
        optimiser.zero_grad()
        step(learner, seed)
        optimiser.step()


def weights(module: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in module.parameters()])


@pytest.mark.parametrize("structure", ["steerable", "plain"])
@pytest.mark.parametrize("source", [FeatureFibre, InputAugmentation, GlobalLocal])
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda o: o.name)
@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.update}-{type(r.losses).__name__}")
def test_every_update_takes_a_step(rule, objective, source, structure):
    learner = make(rule, objective, structure, source)
    twin = make(rule.losses, objective, structure, source)
    assert torch.equal(weights(learner.encoder), weights(twin.encoder)), "feedback changes no initial weight"
    assert torch.equal(step(learner), step(twin)), "nor the forward pass"
    grads = [p.grad for part in (learner.encoder, learner.head) for p in part.parameters()]
    assert all(grad is not None and grad.isfinite().all() for grad in grads)
    assert all(p.grad is None and not p.requires_grad for p in learner.credit_state.parameters())


def test_the_last_layer_of_the_head_learns_as_by_backprop_and_the_encoder_does_not():
    learner, twin = make(FeedbackAlignment()), make(Backprop())
    for each in (learner, twin):
        step(each)
    of = {name: (p.grad, twin.get_parameter(name).grad) for name, p in learner.named_parameters() if p.grad is not None}
    top = [pair for name, pair in of.items() if name.startswith("head.projector")][-1]
    assert torch.equal(*top)
    below = [pair for name, pair in of.items() if name.endswith("weights")]
    assert len(below) == 2
    assert not any(torch.allclose(*pair) for pair in below)


@pytest.mark.parametrize("rule", RULES[::2], ids=lambda r: r.update)
def test_a_resumed_run_is_the_same_run(rule, tmp_path):
    whole = make(rule)
    optimiser = torch.optim.SGD(whole.parameters(), lr=0.1, momentum=0.9)
    train(whole, optimiser, range(2))
    path = tmp_path / "run.safetensors"
    Checkpoint.of(path, whole, optimiser, step=2, shape=(1, 9, 9), recipe="{}", scaler={}).write()
    train(whole, optimiser, range(2, 4))
    resumed = make(replace(rule, seed=1))
    again = torch.optim.SGD(resumed.parameters(), lr=0.1, momentum=0.9)
    Checkpoint.read(path).restore(resumed, again)
    train(resumed, again, range(2, 4))
    assert all(torch.equal(t, resumed.state_dict()[name]) for name, t in whole.state_dict().items())


def test_control_without_its_feedback_a_resumed_run_is_another():
    whole, resumed = make(FeedbackAlignment()), make(FeedbackAlignment(seed=1))
    resumed.load_state_dict({k: v for k, v in whole.state_dict().items() if "credit" not in k}, strict=False)
    for learner in (whole, resumed):
        train(learner, torch.optim.SGD(learner.parameters(), lr=0.1), range(2))
    assert not torch.allclose(weights(whole.encoder), weights(resumed.encoder))


def test_a_learner_in_float64_has_feedback_in_float64():
    learner = make(FeedbackAlignment("same")).double()
    x = torch.rand(4, 1, 9, 9, dtype=torch.float64)
    assert learner.step(Batch(x), torch.Generator().manual_seed(0)).value.dtype == torch.float64
    assert all(t.dtype == torch.float64 for t in learner.credit_state.state_dict().values())
