"""Backprop fills the gradients of the chain rule, in every stage, and never steps."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from homossl.credit import Backprop
from homossl.types import Loss

X = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))


def stages() -> nn.ModuleList:
    return nn.ModuleList([nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)])


def gradients(net: nn.Module) -> list[Tensor]:
    return [p.grad.clone() for p in net.parameters() if p.grad is not None]


def loss_at(k: int, h: Tensor) -> Loss:
    return Loss(h.square().mean(), {"stage": torch.tensor(k)})


def test_gradients_are_those_of_the_whole_network():
    net = stages()
    loss = Backprop().assign(net, X, loss_at)
    expected = torch.autograd.grad(nn.Sequential(*net)(X).square().mean(), list(net.parameters()))
    torch.testing.assert_close(gradients(net), list(expected))
    torch.testing.assert_close(loss.value, nn.Sequential(*net)(X).square().mean().detach())


def test_control_a_cut_between_stages_leaves_the_first_without_gradient():
    net = stages()
    net[1].register_forward_hook(lambda module, args, out: out.detach())
    Backprop().assign(net, X, loss_at)
    assert not gradients(net[0])
    assert len(gradients(net[2])) == 2


def test_the_loss_is_taken_once_after_the_last_stage():
    net, seen = stages(), []

    def recorded(k: int, h: Tensor) -> Loss:
        seen.append(k)
        return loss_at(k, h)

    loss = Backprop().assign(net, X, recorded)
    assert seen == [2]
    assert loss.terms["stage"] == 2
    assert not loss.value.requires_grad


def test_weights_do_not_move_and_gradients_accumulate():
    net = stages()
    before = [p.detach().clone() for p in net.parameters()]
    Backprop().assign(net, X, loss_at)
    once = gradients(net)
    Backprop().assign(net, X, loss_at)
    assert all(map(torch.equal, before, net.parameters()))
    torch.testing.assert_close(gradients(net), [2 * g for g in once])


def test_a_given_backward_is_used():
    net, scaled = stages(), stages()
    scaled.load_state_dict(net.state_dict())
    Backprop().assign(net, X, loss_at)
    Backprop().assign(scaled, X, loss_at, backward=lambda value: (8 * value).backward())
    torch.testing.assert_close(gradients(scaled), [8 * g for g in gradients(net)])


def test_no_stage_is_refused():
    with pytest.raises(ValueError, match="Backprop needs at least one stage, got none"):
        Backprop().assign([], X, loss_at)


def test_is_a_value():
    assert Backprop() == Backprop()
