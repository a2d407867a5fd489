"""Successive stages: each has its share of training, to the step, and nothing else learns meanwhile."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from groups import Cyclic
from homossl.credit import FeedbackAlignment, GreedyLayerwise
from homossl.credit.budget import Budget, ends_of
from homossl.encoders import CNN
from homossl.learner import build
from homossl.objectives import MLP, InfoNCE
from homossl.types import Batch, Loss
from homossl.views import FeatureFibre

X = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
SUCCESSIVE = GreedyLayerwise("successive")


def stages() -> nn.ModuleList:
    return nn.ModuleList([nn.Linear(4, 3), nn.Sequential(nn.Tanh(), nn.Linear(3, 3)), nn.Linear(3, 2)])


def loss_at(k: int, h: Tensor) -> Loss:
    return Loss((k + 1) * h.square().mean())


def turns(state: Budget, steps: int) -> list[int]:
    """The stage of every step of a run."""
    found = []
    for step in range(steps):
        found.append(state.turn)
        state.advance((step + 1) / steps)
    return found


@given(st.integers(1, 9), st.integers(1, 200))
def test_equal_shares_are_equal_to_the_step(count, each):
    expected = [stage for stage in range(count) for _ in range(each)]
    assert turns(Budget(None, count), count * each) == expected


@given(st.lists(st.integers(1, 500), min_size=1, max_size=6), st.sampled_from([1, 0.1, 1 / 3, 1e-7, 1e12]))
def test_each_stage_has_its_budget_to_the_step_in_any_unit(epochs, unit):
    state = Budget(tuple(n * unit for n in epochs), len(epochs))
    expected = [stage for stage, n in enumerate(epochs) for _ in range(n)]
    assert turns(state, sum(epochs)) == expected
    assert state.turn == len(epochs) - 1, "the last stage goes on learning"


@given(st.lists(st.floats(0.01, 10), min_size=2, max_size=6), st.integers(1, 300))
def test_stages_never_go_back_and_each_has_its_share_to_one_step(budget, steps):
    found = turns(Budget(budget, len(budget)), steps)
    assert all(one <= other for one, other in pairwise(found))
    for stage, end in enumerate(ends_of(budget)):
        assert abs(sum(turn <= stage for turn in found) - end * steps) <= 1


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=6), st.integers(1, 30))
def test_steps_are_refused_where_a_stage_gets_none_and_nowhere_else(budget, steps):
    rule = GreedyLayerwise("successive", tuple(budget))
    state = Budget(budget, len(budget))
    missed = sorted(set(range(len(budget))) - set(turns(Budget(budget, len(budget)), steps)))
    if missed:
        with pytest.raises(ValueError, match=re.escape(f"stages {missed} of 0..{len(budget) - 1} would get none of")):
            rule.check_steps(state, steps)
    else:
        rule.check_steps(state, steps)


@pytest.mark.parametrize("wrap", [lambda rule: rule, lambda rule: FeedbackAlignment(losses=rule)])
@pytest.mark.parametrize(
    ("budget", "steps", "seen"),
    [
        (None, 2, r"stages \[2\] of 0..2 would get none of 2 with equal shares"),
        ((10, 10, 1), 2, r"stages \[2\] of 0..2 would get none of 2 with budget=\(10, 10, 1\)"),
        ((9, 1, 11), 2, r"stages \[1\] of 0..2 would get none of 2 with budget=\(9, 1, 11\)"),
    ],
)
def test_stages_that_would_never_learn_are_named(wrap, budget, steps, seen):
    made = learner(wrap(GreedyLayerwise("successive", budget)))
    with pytest.raises(ValueError, match=rf"GreedyLayerwise needs an optimiser step .* for every stage, but {seen}"):
        made.credit.check_steps(made.credit_state, steps)
    made.credit.check_steps(made.credit_state, 21)  # the control
    together = learner(wrap(GreedyLayerwise()))
    together.credit.check_steps(together.credit_state, 1)


def test_control_comparing_without_regard_to_rounding_is_a_step_late():
    ends = ends_of((0.1, 0.2, 0.7))
    naive = [sum(end <= step / 10 for end in ends[:-1]) for step in range(10)]
    assert naive.count(1) == 3
    assert turns(Budget((0.1, 0.2, 0.7), 3), 10).count(1) == 2


@pytest.mark.parametrize("turn", range(3))
def test_one_stage_learns_as_it_would_together_with_all_others_and_no_other_does(turn):
    net = stages()
    state = SUCCESSIVE.build(net, nn.Identity(), X)
    SUCCESSIVE.advance(state, turn / 3)
    loss = SUCCESSIVE.assign(net, X, loss_at, state=state)
    found = [[p.grad for p in stage.parameters()] for stage in net]
    assert [all(g is not None for g in own) for own in found] == [k == turn for k in range(3)]
    net.zero_grad()
    together = GreedyLayerwise().assign(net, X, loss_at)
    torch.testing.assert_close(found[turn], [p.grad for p in net[turn].parameters()], rtol=0, atol=0)
    assert torch.equal(loss.value, together.terms[f"stage{turn}/loss"])
    assert loss.terms["stage"] == turn
    assert not loss.value.requires_grad


@pytest.mark.parametrize("turn", range(3))
def test_stages_above_are_not_run_and_those_below_hold_no_graph(turn):
    net, seen = stages(), []
    for k, stage in enumerate(net):
        stage.register_forward_hook(lambda *call, k=k: seen.append((k, call[-1].requires_grad)))
    state = SUCCESSIVE.build(net, nn.Identity(), X)
    SUCCESSIVE.advance(state, turn / 3)
    SUCCESSIVE.assign(net, X, loss_at, state=state)
    assert seen == [(k, k == turn) for k in range(turn + 1)]


def learner(credit=SUCCESSIVE) -> Any:
    encoder = CNN(fields=(1, 2, 2), steps=(1, 2, 1))
    objective = InfoNCE(projector=MLP(8, 8))
    return build(Cyclic(4), encoder, FeatureFibre(), objective, credit=credit, shape=(1, 9, 9))


def trained(made, steps: range, total: int = 9) -> list[int]:
    """Train with momentum and weight decay; the stages whose weights, or whose head's, have moved at each step."""
    optimiser = torch.optim.AdamW(made.parameters(), lr=0.1, weight_decay=0.1)
    x, dtype, moved = torch.rand(4, 1, 9, 9), next(made.parameters()).dtype, []
    for step in steps:
        before = [[p.detach().clone() for p in part] for part in owned(made)]
        optimiser.zero_grad()
        made.step(Batch(x.to(dtype)), torch.Generator().manual_seed(step))
        optimiser.step()
        made.advance((step + 1) / total)
        after = owned(made)
        moved.append([k for k in range(3) if not all(map(torch.equal, before[k], after[k]))])
    return moved


def owned(made) -> list[list[nn.Parameter]]:
    """The weights of each stage and its head."""
    return [[*made.encoder.stages[k].parameters(), *made.head[str(k)].parameters()] for k in range(3)]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_optimiser_moves_stage_after_stage_with_its_head(dtype):
    budget = GreedyLayerwise("successive", (4, 3, 2))
    assert trained(learner(budget).to(dtype), range(9)) == [[0]] * 4 + [[1]] * 3 + [[2]] * 2
    assert trained(learner(GreedyLayerwise()), range(2)) == [[0, 1, 2]] * 2, "the control: together"


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_no_change_of_precision_touches_the_turn(dtype):
    made = learner()
    made.advance(1 / 3)
    state = made.to(dtype).credit_state
    assert state.turn == 1
    assert state.get_buffer("stage").dtype == torch.int64


def test_a_saved_learner_goes_on_where_it_stopped():
    begun, resumed = learner(), learner()
    trained(begun, range(4))
    resumed.load_state_dict(begun.state_dict())
    assert trained(resumed, range(4, 9)) == [[1]] * 2 + [[2]] * 3
    assert trained(learner(), range(4, 5)) == [[0]], "a control that forgot where it was"


def test_bad_budgets_are_refused():
    with pytest.raises(ValueError, match=r"order must be one of \('together', 'successive'\), got 'random'"):
        GreedyLayerwise("random")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"only successive stages have a budget each, got order='together', \(1, 2\)"):
        GreedyLayerwise(budget=(1, 2))
    for budget in [(), (1, 0), (1, -2), (1, float("inf")), (float("nan"),), ("4", 3), (True, 2)]:
        with pytest.raises(ValueError, match="budget must be positive, finite numbers, one for each stage, got"):
            GreedyLayerwise("successive", budget)  # type: ignore[arg-type]
    for budget in ([1, 2], 3, "12"):
        with pytest.raises(TypeError, match=r"GreedyLayerwise.budget must be a tuple of numbers, .* got .*[123]"):
            GreedyLayerwise("successive", budget)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^GreedyLayerwise.budget has one number for each stage, got 2 for 3 stages"):
        learner(GreedyLayerwise("successive", (400, 200)))
    with pytest.raises(ValueError, match=r"progress must lie in \[0, 1\], got 1.5"):
        learner().advance(1.5)
    for state in (None, nn.Identity()):
        with pytest.raises(ValueError, match="needs the Budget that its build gives, got state="):
            SUCCESSIVE.assign(stages(), X, loss_at, state=state)
