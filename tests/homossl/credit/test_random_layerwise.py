"""RandomLayerwise: each batch teaches one stage by its own loss, and the stages get their turns."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from groups import Cyclic
from homossl.credit import GreedyLayerwise, RandomLayerwise
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import MLP, InfoNCE
from homossl.types import Batch, Loss
from homossl.views import FeatureFibre

X = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))


def stages() -> nn.ModuleList:
    return nn.ModuleList([nn.Linear(4, 3), nn.Sequential(nn.Tanh(), nn.Linear(3, 3)), nn.Linear(3, 2)])


def loss_at(k: int, h: Tensor) -> Loss:
    return Loss((k + 1) * h.square().mean(), {"size": h.detach().abs().mean()})


def assigned(rule, net: nn.ModuleList, batches: int = 1) -> list[Loss]:
    state = rule.build(net, nn.Identity(), X)
    return [rule.assign(net, X, loss_at, state=state) for _ in range(batches)]


@pytest.mark.parametrize("seed", range(6))
def test_one_stage_learns_as_it_would_greedily_and_no_other_does(seed):
    net = stages()
    turn = int(assigned(RandomLayerwise(seed=seed), net)[0].terms["stage"])
    found = [[p.grad for p in stage.parameters()] for stage in net]
    assert [all(g is None for g in own) for own in found] == [k != turn for k in range(3)]
    net.zero_grad()
    GreedyLayerwise().assign(net, X, loss_at)
    torch.testing.assert_close(found[turn], [p.grad for p in net[turn].parameters()], rtol=0, atol=0)


@pytest.mark.parametrize(("allocation", "spread"), [("uniform", 1), ("shuffled", 0)])
def test_all_stages_get_their_turns(allocation, spread):
    turns = [int(loss.terms["stage"]) for loss in assigned(RandomLayerwise(allocation), stages(), 60)]
    counts = Counter(turns)
    assert set(counts) == {0, 1, 2}
    assert (max(counts.values()) - min(counts.values()) > 0) == bool(spread)
    assert turns != [k % 3 for k in range(60)]
    other = [int(loss.terms["stage"]) for loss in assigned(RandomLayerwise(allocation, seed=1), stages(), 60)]
    assert turns != other


def test_stages_above_are_not_run_and_those_below_hold_no_graph():
    net, seen = stages(), []
    for k, stage in enumerate(net):
        stage.register_forward_hook(lambda *call, k=k: seen.append((k, call[-1].requires_grad)))
    turn = int(assigned(RandomLayerwise(seed=1), net)[0].terms["stage"])
    assert seen == [(k, k == turn) for k in range(turn + 1)]


def learner(seed: int = 0) -> Learner:
    objective, credit = InfoNCE(projector=MLP(8, 8)), RandomLayerwise(seed=seed)
    return build(Cyclic(4), CNN(fields=(1, 2), steps=(1, 2)), FeatureFibre(), objective, credit=credit, shape=(1, 9, 9))


def turns(made: Learner, count: int) -> list[float]:
    x = torch.rand(4, 1, 9, 9)
    return [made.step(Batch(x), torch.Generator().manual_seed(0)).terms["stage"].item() for _ in range(count)]


def test_a_saved_learner_goes_on_where_it_stopped():
    whole, first, second = learner(), learner(), learner()
    expected = turns(whole, 12)
    begun = turns(first, 5)
    second.load_state_dict(first.state_dict())
    assert begun + turns(second, 7) == expected
    assert turns(learner(), 7) != expected[5:], "a control that forgot where it was"


def test_bad_choices_are_refused():
    with pytest.raises(ValueError, match="allocation must be one of"):
        RandomLayerwise("greedy")  # type: ignore[arg-type]
    for seed in (-1, 0.5, True, None):
        with pytest.raises(ValueError, match=f"RandomLayerwise.seed must be a whole number, at least 0, got {seed}"):
            replace(RandomLayerwise(), seed=seed)
    with pytest.raises(ValueError, match="needs at least one stage, got none"):
        RandomLayerwise().assign([], X, loss_at)
    with pytest.raises(ValueError, match="needs the Turns that its build gives, got state=None"):
        RandomLayerwise().assign(stages(), X, loss_at)
