"""GreedyLayerwise: every stage learns from its own loss, and from nothing else."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from homossl.credit import Backprop, GreedyLayerwise
from homossl.types import Loss

X = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))


def stages() -> nn.ModuleList:
    torch.manual_seed(0)
    return nn.ModuleList([nn.Linear(4, 3), nn.Sequential(nn.Tanh(), nn.Linear(3, 3)), nn.Linear(3, 2)])


def loss_at(k: int, h: Tensor) -> Loss:
    return Loss((k + 1) * h.square().mean(), {"size": h.detach().abs().mean()})


def own_gradients(net: nn.ModuleList) -> list[Tensor]:
    """The gradient of each stage's loss for its own weights, one stage at a time."""
    h, found = X, []
    for k, stage in enumerate(net):
        h = stage(h.detach())
        found += torch.autograd.grad(loss_at(k, h).value, list(stage.parameters()))
    return found


def gradients(net: nn.Module) -> list[Tensor]:
    return [p.grad.clone() for p in net.parameters() if p.grad is not None]


def test_gradients_are_those_of_each_stages_own_loss():
    net = stages()
    GreedyLayerwise().assign(net, X, loss_at)
    torch.testing.assert_close(gradients(net), own_gradients(net), rtol=0, atol=0)


def test_control_without_the_stop_lower_stages_learn_from_higher_ones():
    net, h, losses = stages(), X, []
    for k, stage in enumerate(net):
        h = stage(h)
        losses.append(loss_at(k, h).value)
    through = torch.autograd.grad(torch.stack(losses).sum(), list(net.parameters()))
    assert not torch.allclose(through[0], own_gradients(net)[0])
    torch.testing.assert_close(through[-2:], tuple(own_gradients(net)[-2:]))


@pytest.mark.parametrize("supervised", [0, 1, 2])
def test_a_loss_moves_no_other_stage(supervised):
    net = stages()
    GreedyLayerwise().assign(net, X, lambda k, h: loss_at(k, h) if k == supervised else 0.0 * loss_at(k, h))
    moved = [any(g.abs().max() > 0 for g in gradients(stage)) for stage in net]
    assert moved == [k == supervised for k in range(3)]


def test_each_stage_is_differentiated_before_the_next_runs():
    net, events = stages(), []
    for k, stage in enumerate(net):
        stage.register_forward_hook(lambda *_, k=k: events.append(("forward", k)))

    def backward(value: Tensor) -> None:
        value.backward()
        events.append(("backward", len(events) // 2))

    GreedyLayerwise().assign(net, X, loss_at, backward)
    assert events == [(way, k) for k in range(3) for way in ("forward", "backward")]


def test_the_losses_are_summed_and_filed_by_stage():
    loss = GreedyLayerwise().assign(stages(), X, loss_at)
    assert list(loss.terms) == [f"stage{k}/{term}" for k in range(3) for term in ("loss", "size")]
    torch.testing.assert_close(loss.value, sum(loss.terms[f"stage{k}/loss"] for k in range(3)))
    assert not loss.value.requires_grad


def test_a_single_stage_learns_as_by_backprop():
    one, other = stages()[:1], stages()[:1]
    GreedyLayerwise().assign(one, X, loss_at)
    Backprop().assign(other, X, loss_at)
    assert all(map(torch.equal, gradients(one), gradients(other)))


def test_every_stage_is_supervised_and_by_backprop_the_last():
    assert list(GreedyLayerwise().supervised(3)) == [0, 1, 2]
    assert list(Backprop().supervised(3)) == [2]


def test_no_stage_is_refused():
    with pytest.raises(ValueError, match="GreedyLayerwise needs at least one stage, got none"):
        GreedyLayerwise().assign([], X, loss_at)


def test_is_a_value():
    assert GreedyLayerwise() == GreedyLayerwise() != Backprop()
