"""FeedbackAlignment: each layer learns as by backprop, from errors that came down through other weights."""

from __future__ import annotations

from copy import deepcopy
from typing import cast

import pytest
import torch
from torch import Tensor, nn
from torch.nn.grad import conv2d_input, conv2d_weight

from groups import Cyclic
from homossl.credit import Backprop, Credit, FeedbackAlignment, GreedyLayerwise
from homossl.credit.feedback import Update
from homossl.credit.feedback_layers import weight
from homossl.layers import Steerable
from homossl.lowering import LoweredConv
from homossl.types import Loss

X = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
UPDATES = ["fixed", "same", "sign"]


def stages() -> nn.ModuleList:
    torch.manual_seed(0)
    return nn.ModuleList([nn.Linear(4, 3), nn.Sequential(nn.ReLU(inplace=True), nn.Linear(3, 3)), nn.Linear(3, 2)])


def convolutions() -> nn.ModuleList:
    torch.manual_seed(0)
    return nn.ModuleList([nn.Conv2d(2, 3, 3, stride=2, padding=1), nn.Conv2d(3, 2, 3, padding=1, groups=1)])


def loss_at(k: int, h: Tensor) -> Loss:
    return Loss(h.square().mean(), {"stage": torch.tensor(k)})


def assign(rule: Credit, net: nn.ModuleList, x: Tensor = X, state: nn.Module | None = None, loss_at=loss_at) -> Loss:
    state = state or rule.build(net, nn.Identity(), x)
    return rule.assign(net, x, loss_at, state=state)


def gradients(net: nn.Module) -> list[Tensor]:
    return [p.grad.clone() for p in net.parameters() if p.grad is not None]


def sgd_step(net: nn.Module) -> None:
    with torch.no_grad():
        for p in net.parameters():
            p -= 0.1 * p.grad  # type: ignore[operator]
            p.grad = None


def test_errors_of_linear_layers_pass_through_their_feedback_weights():
    net, rule = stages(), FeedbackAlignment()
    state = rule.build(net, nn.Identity(), X)
    assign(rule, net, state=state)
    a1 = net[0](X).detach().clone()
    h1 = a1.relu()
    h2 = net[1][1](h1).detach()  # type: ignore[index]
    d3 = 2 * net[2](h2).detach() / 10
    d2 = d3 @ weight(state.twins[2])
    d1 = (a1 > 0) * (d2 @ weight(state.twins[1]))
    expected = [d1.T @ X, d1.sum(0), d2.T @ h1, d2.sum(0), d3.T @ h2, d3.sum(0)]
    torch.testing.assert_close(gradients(net), expected)


def test_errors_of_convolutions_pass_through_their_feedback_weights():
    net, rule, x = convolutions(), FeedbackAlignment(), torch.randn(2, 2, 5, 5)
    state = rule.build(net, nn.Identity(), x)
    assign(rule, net, x, state)
    h = net[0](x).detach()
    error = 2 * net[1](h).detach() / net[1](h).numel()
    below = conv2d_input(h.shape, weight(state.twins[1]), error, padding=1)
    expected = conv2d_weight(x, (3, 2, 3, 3), below, stride=2, padding=1)
    torch.testing.assert_close(net[0].weight.grad, expected)


def test_errors_of_steerable_layers_pass_through_filters_in_their_basis():
    layers = Steerable(Cyclic(4))
    before, after = layers.fields(2), layers.fields(3)
    net = nn.ModuleList([layers.enter(layers.conv(before, after), before)])
    x, rule = torch.randn(2, 8, 5, 5, requires_grad=True), FeedbackAlignment()
    state = rule.build(net, nn.Identity(), x)
    assign(rule, net, x, state)
    filters, _ = state.twins[0].expand()  # type: ignore[operator]
    error = 2 * net[0](x).detach() / net[0](x).numel()
    torch.testing.assert_close(x.grad, conv2d_input(x.shape, filters, error, padding=1))
    assert isinstance(state.twins[0], LoweredConv)
    assert not torch.allclose(weight(state.twins[0]), weight(state.layers[0]))


@pytest.mark.parametrize("update", UPDATES)
def test_the_top_layer_learns_as_by_backprop_and_no_other(update):
    net, other = stages(), stages()
    assign(FeedbackAlignment(update), net)
    assign(Backprop(), other)
    *below, top, top_bias = zip(gradients(net), gradients(other), strict=True)
    assert torch.equal(*top)
    assert torch.equal(*top_bias)
    assert not any(torch.allclose(*pair) for pair in below)


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_the_forward_pass_is_unchanged(update, dtype):
    net, x, outputs = stages().to(dtype), X.to(dtype), []
    rule = FeedbackAlignment(update)

    def recorded(k: int, h: Tensor) -> Loss:
        outputs.append(h.detach().clone())
        return loss_at(k, h)

    losses = [assign(r, net, x, loss_at=recorded) for r in (Backprop(), rule)]
    assert torch.equal(*outputs)
    assert torch.equal(*[loss.value for loss in losses])
    assert all(g.isfinite().all() and g.dtype == dtype for g in gradients(net))


def test_mixed_precision_keeps_gradients_in_float32():
    net, rule = stages(), FeedbackAlignment()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assign(rule, net)
    exact = stages()
    assign(rule, exact)
    assert all(g.dtype == torch.float32 for g in gradients(net))
    for seen, expected in zip(gradients(net), gradients(exact), strict=True):
        assert (seen - expected).norm() < 0.05 * expected.norm()


def test_feedback_that_overflows_leaves_the_forward_pass_alone():
    net, rule = stages(), FeedbackAlignment()
    state = rule.build(net, nn.Identity(), X)
    weight(state.twins[2]).fill_(torch.inf)
    assert assign(rule, net, state=state).value.isfinite()


def hooks(net: nn.Module) -> list[int]:
    return [len(module._forward_hooks) + len(module._forward_pre_hooks) for module in net.modules()]


def test_modules_are_left_as_they_were_even_after_an_error():
    net, rule, seen = stages(), FeedbackAlignment(), []
    net[0].register_forward_hook(lambda *_: seen.append(1))
    before, flags = hooks(net), [p.requires_grad for p in net.parameters()]

    def interrupted(k: int, h: Tensor) -> Loss:
        assert hooks(net) != before, "the control: within, layers are hooked"
        raise InterruptedError

    with pytest.raises(InterruptedError):
        assign(rule, net, loss_at=interrupted)
    assert hooks(net) == before
    assign(rule, net)
    assert hooks(net) == before
    assert [p.requires_grad for p in net.parameters()] == flags
    assert len(seen) == 2
    assert net[0](X).grad_fn.name() == "AddmmBackward0"


def test_weights_stay_and_gradients_accumulate():
    net, rule = stages(), FeedbackAlignment("same")
    state = rule.build(net, nn.Identity(), X)
    before = [t.clone() for t in (*net.parameters(), *state.parameters())]
    assign(rule, net, state=state)
    once = gradients(net)
    assign(rule, net, state=state)
    assert all(map(torch.equal, before, (*net.parameters(), *state.parameters())))
    torch.testing.assert_close(gradients(net), [2 * g for g in once])
    assert not gradients(state)


def test_an_error_passes_layers_that_do_not_learn_and_layers_that_are_used_twice():
    net, rule = stages(), FeedbackAlignment()
    net[1].requires_grad_(False)
    assign(rule, net)
    assert [bool(gradients(stage)) for stage in net] == [True, False, True]
    square = nn.Linear(4, 4)
    twice = nn.ModuleList([square, nn.Tanh(), square])
    state = rule.build(twice, nn.Identity(), X)
    assign(rule, twice, state=state)
    assert len(state.twins) == 1
    h = square(X).tanh().detach()
    error = 2 * square(h).detach() / 20
    expected = error.T @ h + ((1 - h**2) * (error @ weight(state.twins[0]))).T @ X
    torch.testing.assert_close(square.weight.grad, expected)


def test_fixed_feedback_stays_and_updated_feedback_moves_along():
    for update, moves in cast(list[tuple[Update, bool]], [("fixed", False), ("same", True)]):
        net, rule = stages(), FeedbackAlignment(update)
        state = rule.build(net, nn.Identity(), X)
        forward, back = weight(net[0]).detach().clone(), weight(state.twins[0]).clone()
        for _ in range(3):
            assign(rule, net, state=state)
            sgd_step(net)
        state.follow()
        moved = weight(net[0]) - forward if moves else torch.zeros_like(back)
        assert (weight(net[0]) - forward).norm() > 1e-3
        torch.testing.assert_close(weight(state.twins[0]), back + moved)


def test_sign_feedback_is_the_nearest_multiple_of_the_signs():
    net, rule = stages(), FeedbackAlignment("sign")
    state = rule.build(net, nn.Identity(), X)
    with torch.no_grad():
        weight(net[1][1]).neg_()  # type: ignore[index]
    assign(rule, net, state=state)
    w, b = weight(net[1][1]).detach(), weight(state.twins[1])  # type: ignore[index]
    assert torch.equal(w.sign(), b.sign())
    assert all((w - b).norm() < (w - factor * b).norm() for factor in (0.99, 1.01))


def correlation(a: Tensor, b: Tensor) -> Tensor:
    return torch.corrcoef(torch.stack([a.detach().flatten(), b.detach().flatten()]))[0, 1].abs()


def test_feedback_is_drawn_from_the_seed_alone_and_as_large_as_the_weights():
    torch.manual_seed(0)
    net = nn.ModuleList([nn.Linear(200, 300)])
    before = torch.random.get_rng_state()
    one, same, other = (FeedbackAlignment(seed=seed).build(net, nn.Identity(), X) for seed in (0, 0, 1))
    first, again, different = (weight(state.twins[0]) for state in (one, same, other))
    assert torch.equal(before, torch.random.get_rng_state())
    assert torch.equal(first, again)
    assert not torch.equal(first, different)
    torch.testing.assert_close(first.square().mean(), weight(net[0]).square().mean(), rtol=0.02, atol=0)


def test_feedback_is_not_correlated_with_weights_of_the_same_seed():
    torch.manual_seed(3)
    net = nn.ModuleList([nn.Linear(200, 300)])
    state = FeedbackAlignment(seed=3).build(net, nn.Identity(), X)
    assert correlation(weight(state.twins[0]), weight(net[0])) < 0.02
    naive = torch.randn(300, 200, generator=torch.Generator().manual_seed(3))
    assert correlation(naive, weight(net[0])) > 0.1, "the control"


def angle(one: Tensor, other: Tensor) -> float:
    return torch.rad2deg(torch.arccos(torch.cosine_similarity(one.flatten(), other.flatten(), dim=0))).item()


def test_forward_weights_align_with_the_feedback_that_they_learn_from_and_with_no_other():
    torch.manual_seed(0)
    net, wanted = nn.ModuleList([nn.Linear(10, 20), nn.Linear(20, 5)]), torch.randn(5, 10)
    rule, x, losses = FeedbackAlignment(), torch.randn(100, 10), []
    states = [FeedbackAlignment(seed=seed).build(net, nn.Identity(), x) for seed in range(21)]
    for _ in range(300):
        loss = assign(rule, net, x, states[0], lambda k, h: Loss((h - x @ wanted.T).square().mean()))
        losses.append(loss.value.item())
        sgd_step(net)
    own, *others = (angle(weight(state.twins[1]), weight(net[1])) for state in states)
    assert losses[-1] < 0.1 * losses[0]
    assert own < 90
    assert own < min(others), "the control: feedback that it did not learn from"


def test_the_head_and_every_stages_loss_can_be_the_source_of_errors():
    net, other = stages(), stages()
    heads = nn.ModuleList(nn.Linear(n, 2) for n in (3, 3, 2))
    rule = FeedbackAlignment(losses=GreedyLayerwise())

    def headed(k: int, h: Tensor) -> Loss:
        return loss_at(k, heads[k](h))

    loss = rule.assign(net, X, headed, state=rule.build(net, heads, X))
    by_feedback = gradients(heads)
    heads.zero_grad()
    GreedyLayerwise().assign(other, X, headed)
    assert list(rule.supervised(3)) == [0, 1, 2]
    assert "stage2/loss" in loss.terms
    assert all(map(torch.equal, by_feedback, gradients(heads)))
    assert not any(map(torch.allclose, gradients(net), gradients(other)))


def test_a_copy_has_feedback_of_its_own():
    net, rule = stages(), FeedbackAlignment()
    state = rule.build(net, nn.Identity(), X)
    other_net, other_state = deepcopy((net, state))
    assign(rule, other_net, state=other_state)
    assert gradients(other_net)
    assert not gradients(net)


def test_bad_input_is_named():
    net, rule = stages(), FeedbackAlignment()
    with pytest.raises(ValueError, match=r"update must be one of \('fixed', 'same', 'sign'\), got 'random'"):
        FeedbackAlignment("random")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs the Feedback that its build gives, got state=None"):
        rule.assign(net, X, loss_at)
    with pytest.raises(ValueError, match="none are there for Linear"):
        assign(rule, net, state=rule.build(stages(), nn.Identity(), X))
    with pytest.raises(ValueError, match="need a linear layer or a convolution, got none"):
        rule.build(nn.ModuleList([nn.Tanh()]), nn.Identity(), X)
    with pytest.raises(ValueError, match="FeedbackAlignment needs at least one stage, got none"):
        rule.assign([], X, loss_at)


def test_is_a_value():
    assert FeedbackAlignment() == FeedbackAlignment("fixed", 0) != FeedbackAlignment("same")
