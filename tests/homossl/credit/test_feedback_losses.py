"""FeedbackAlignment with the losses of layer-wise rules: their turns, their states and their checkpoints."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from groups import Cyclic
from homossl.credit import Backprop, Credit, FeedbackAlignment, GreedyLayerwise, RandomLayerwise
from homossl.credit.budget import Budget
from homossl.credit.random_layerwise import Turns
from homossl.encoders import CNN
from homossl.learner import build
from homossl.objectives import MLP, InfoNCE
from homossl.train.spec_json import decode, encode
from homossl.types import Batch
from homossl.views import FeatureFibre

X = torch.rand(4, 1, 9, 9, generator=torch.Generator().manual_seed(0))
STEPS = 6
RULES = [GreedyLayerwise("successive", (1, 3, 2)), RandomLayerwise(seed=2)]
TURNS = {"GreedyLayerwise": [0, 1, 1, 1, 2, 2], "RandomLayerwise": [RULES[1].stage(k, 3) for k in range(STEPS)]}  # type: ignore[union-attr]
named = pytest.mark.parametrize("losses", RULES, ids=lambda rule: type(rule).__name__)


def make(credit: Credit) -> Any:
    encoder, objective = CNN(fields=(1, 2, 2), steps=(1, 2, 1)), InfoNCE(projector=MLP(8, 8))
    return build(Cyclic(4), encoder, FeatureFibre(), objective, credit=credit, shape=(1, 9, 9))


def turns(learner: Any, steps: range = range(STEPS)) -> list[int]:
    """Train; the stage of each step, and no other stage or head has a gradient."""
    optimiser, found = torch.optim.SGD(learner.parameters(), lr=0.1), []
    for step in steps:
        optimiser.zero_grad()
        terms = learner.step(Batch(X), torch.Generator().manual_seed(step)).terms
        taught = [k for k in range(3) if all(g is not None for g in gradients(learner, k))]
        assert all(g is None for k in {0, 1, 2} - set(taught) for g in gradients(learner, k))
        assert taught == [terms["stage"]]
        optimiser.step()
        learner.advance((step + 1) / STEPS)
        found += taught
    return found


def gradients(learner: Any, stage: int) -> list[Any]:
    owned = nn.ModuleList([learner.encoder.stages[stage], learner.head[str(stage)]])
    return [p.grad for p in owned.parameters()]


@named
@pytest.mark.parametrize("update", ["fixed", "same", "sign"])
def test_stages_get_the_turns_of_the_rule(losses, update):
    expected = TURNS[type(losses).__name__]
    assert turns(make(FeedbackAlignment(update, losses=losses))) == turns(make(losses)) == expected


@named
def test_errors_within_a_stage_still_come_down_through_feedback(losses):
    learner, twin = make(FeedbackAlignment(losses=losses)), make(losses)
    turn = (turns(learner, range(1)), turns(twin, range(1)))[0][0]
    pairs = list(zip(gradients(learner, turn), gradients(twin, turn), strict=True))
    assert torch.equal(*pairs[-1]), "the last weights of the head get the error itself"
    assert not torch.allclose(*pairs[0]), "the filters of the stage get it through the head's feedback"


@named
def test_a_saved_learner_goes_on_where_it_stopped(losses):
    begun, resumed = (make(FeedbackAlignment(losses=losses)) for _ in range(2))
    expected = TURNS[type(losses).__name__]
    assert turns(begun, range(3)) == expected[:3]
    resumed.load_state_dict(begun.state_dict())
    assert turns(resumed, range(3, STEPS)) == expected[3:]
    assert turns(make(FeedbackAlignment(losses=losses)), range(3, STEPS)) != expected[3:], "a control that forgot"


def test_the_state_holds_that_of_the_rule():
    kinds = [(Backprop(), type(None)), (GreedyLayerwise(), type(None)), (RULES[0], Budget), (RULES[1], Turns)]
    for losses, kind in kinds:
        state = make(FeedbackAlignment(losses=losses)).credit_state
        assert type(state.losses) is kind
        assert any(name.startswith("losses.") for name in state.state_dict()) == (kind is not type(None))


@named
def test_is_written_and_read_as_json(losses):
    rule = FeedbackAlignment("same", losses=losses)
    assert decode(encode(rule)) == rule


@pytest.mark.parametrize("seed", [-1, -(2**31), 1.0, True, None])
def test_seeds_that_could_meet_those_of_forward_weights_are_refused(seed):
    with pytest.raises(ValueError, match=f"FeedbackAlignment.seed must be a whole number, at least 0, got {seed}"):
        FeedbackAlignment(seed=seed)


@pytest.mark.parametrize("losses", [FeedbackAlignment(), None, "greedy", Backprop])
def test_rules_that_send_errors_in_ways_of_their_own_are_refused(losses):
    with pytest.raises(TypeError, match="losses must be one of Backprop, GreedyLayerwise, RandomLayerwise, got"):
        FeedbackAlignment(losses=losses)


def test_a_budget_that_does_not_fit_is_refused_when_it_is_built():
    with pytest.raises(ValueError, match="one number for each stage, got 2 for 3 stages"):
        make(FeedbackAlignment(losses=GreedyLayerwise("successive", (1, 2))))
