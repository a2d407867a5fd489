"""DifferenceTargetPropagation: every stage learns from its target only, and the head from the loss."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import torch
from three_stages import Rule, X, assign, buffers, built, equal, gradients, hidden, loss_at, noise, stages, weights
from torch import Tensor, nn

from homossl.credit import Backprop
from homossl.types import Loss
from proofs_check.invertible import Exact, rotations


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_gradients_are_those_of_the_local_losses(reduction):
    rule, net = Rule(alpha=0.2, reduction=reduction), stages()
    state = built(rule, net)
    h = hidden(net)
    top = 2 * 3 * (h[-1] - 0.3) / h[-1].numel()
    targets = rule.targets(state, h, top)
    expected, x = [], X
    for stage, target, after in zip(net, targets, h, strict=True):
        local = getattr((stage(x) - target).square(), reduction)()
        expected += torch.autograd.grad(local, list(stage.parameters()))
        x = after
    assign(rule, net, state)
    torch.testing.assert_close(gradients(net), expected)


@pytest.mark.parametrize("taught", range(3))
def test_no_stage_is_moved_by_the_loss_of_another(taught):
    class One(Rule):
        def targets(self, *args: Any) -> list[Tensor]:
            """Met by all stages but one."""
            return [
                t if i == taught else h for i, (t, h) in enumerate(zip(super().targets(*args), args[1], strict=True))
            ]

    net, whole = stages(), stages()
    assign(One(), net)
    assign(Rule(), whole)
    found = [[p.grad for p in stage.parameters()] for stage in net]
    assert [any(g.abs().max() > 0 for g in own) for own in found] == [i == taught for i in range(3)]  # type: ignore[union-attr]
    assert equal(found[taught], gradients(whole[taught]))  # type: ignore[arg-type]


def test_with_exact_inverses_that_are_transposes_it_is_backpropagation():
    net = rotations("leaky ReLU", 4)
    for stage in net:
        stage.act = (lambda x: x, lambda x: x)  # type: ignore[assignment]
    rule, other, x = Rule(reduction="sum", inverse=Exact(), inverse_steps=0), deepcopy(net), noise(3, 5, 4, 4)
    state = rule.build(net, nn.Identity(), x)
    assign(rule, net, state, x)
    assign(Backprop(), other, x=x)
    torch.testing.assert_close(gradients(net), gradients(other), rtol=1e-10, atol=1e-15)
    net.zero_grad()
    assign(rule, net, rule.build(rotations("leaky ReLU", 4, seed=1), nn.Identity(), x), x)
    assert not torch.allclose(gradients(net)[0], gradients(other)[0]), "a control with other inverses"


def test_the_top_learns_as_by_backpropagation_and_what_lies_below_does_not():
    net, other = stages(), stages()
    assign(Rule(reduction="sum"), net)
    assign(Backprop(), other)
    torch.testing.assert_close(gradients(net[2]), gradients(other[2]), rtol=1e-10, atol=1e-15)
    assert not torch.allclose(gradients(net[1])[0], gradients(other[1])[0], rtol=0.1)


def test_a_head_learns_from_the_loss_itself():
    net, other = stages(), stages()
    heads = [nn.Linear(8, 3).double() for _ in range(2)]
    heads[1].load_state_dict(heads[0].state_dict())
    for rule, each, head in ((Rule(), net, heads[0]), (Backprop(), other, heads[1])):
        state = built(rule, each) if isinstance(rule, Rule) else None
        loss = rule.assign(each, X, lambda k, h, head=head: loss_at(k, head(h.flatten(1))), state=state)
        assert not loss.value.requires_grad
    torch.testing.assert_close(gradients(heads[0]), gradients(heads[1]))


def test_weights_stay_inverses_move_and_gradients_accumulate():
    rule, net = Rule(inverse_steps=0), stages()
    state, before = built(rule, net), weights(net)
    assign(rule, net, state)
    once = gradients(net)
    assign(rule, net, state)
    assert equal(weights(net), before)
    torch.testing.assert_close(gradients(net), [2 * g for g in once])
    kept = weights(state)
    assign(Rule(), net, state)
    assert equal(weights(net), before)
    assert not any(map(torch.equal, weights(state), kept))
    assert not any(p.requires_grad or p.grad is not None for p in state.parameters())


def test_losses_are_logged_by_stage():
    loss = assign(Rule(), stages())
    names = [f"target/stage{k}/loss" for k in range(3)] + [f"inverse/stage{k}/loss" for k in (1, 2)]
    assert list(loss.terms) == ["size", *names]
    assert list(assign(Rule(inverse_steps=0), stages()).terms) == ["size", *names[:3]]


def test_batch_statistics_are_those_of_the_forward_pass():
    net, other = stages(norm=True), stages(norm=True)
    fresh, state = buffers(net), built(Rule(), net)
    assert equal(buffers(net), fresh), "nor does building inverses touch them"
    assign(Rule(inverse_steps=3), net, state)
    assign(Backprop(), other)
    assert equal(buffers(net), buffers(other))
    assert not equal(buffers(net), fresh)
    other[1](X[:, :1].expand(-1, 4, -1, -1))
    assert not equal(buffers(net), buffers(other)), "a control that ran a stage once more"


def test_stages_may_begin_in_place():
    torch.manual_seed(0)
    net = nn.ModuleList([nn.Conv2d(2, 2, 1), nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(2, 2, 1))]).double()
    other = deepcopy(net)
    other[1][0] = nn.ReLU()  # type: ignore[operator, index]
    rule = Rule()
    state = built(rule, net)
    assign(rule, net, deepcopy(state))
    assign(rule, other, state)
    assert equal(gradients(net), gradients(other))


def test_a_loss_that_does_not_depend_on_the_features_moves_no_stage():
    net, head, rule = stages(), nn.Linear(1, 1).double(), Rule()
    rule.assign(net, X, lambda k, h: Loss(head.weight.square().sum()), state=built(rule, net))
    assert all(not g.any() for g in gradients(net))
    assert gradients(head)


def test_a_single_stage_has_no_inverse():
    net, rule = stages()[:1], Rule(reduction="sum")
    other = deepcopy(net)
    assert list(assign(rule, net, built(rule, net)).terms) == ["size", "target/stage0/loss"]
    assign(Backprop(), other)
    torch.testing.assert_close(gradients(net), gradients(other))
