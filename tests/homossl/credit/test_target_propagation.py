"""DifferenceTargetPropagation: every stage learns from its target only, and the inverses learn beside."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from homossl.credit import Backprop, ConvInverse, DifferenceTargetPropagation
from homossl.credit.inverse_learning import Inverses, untouched
from homossl.types import Loss
from proofs_check.invertible import Exact, rotations

Rule = DifferenceTargetPropagation


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


X = noise(6, 2, 8, 8)


def layer(before: int, after: int, norm: bool) -> nn.Module:
    batch_norm = [nn.BatchNorm2d(after)] * norm
    return nn.Sequential(nn.Conv2d(before, after, 3, padding=1), *batch_norm, nn.MaxPool2d(2), nn.Tanh())


def stages(norm: bool = False) -> nn.ModuleList:
    torch.manual_seed(0)
    return nn.ModuleList([layer(2, 4, norm), layer(4, 6, norm), layer(6, 8, norm)]).double()


def loss_at(k: int, h: Tensor) -> Loss:
    return Loss((h - 0.3).square().mean() * (k + 1), {"size": h.detach().abs().mean()})


def built(rule: Rule, net: nn.ModuleList, x: Tensor = X) -> Inverses:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return rule.build(net, nn.Identity(), x[:1])


def assign(rule: Any, net: nn.ModuleList, state: nn.Module | None = None, x: Tensor = X, **options: Any) -> Loss:
    state = state or (built(rule, net, x) if isinstance(rule, Rule) else None)
    return rule.assign(net, x, loss_at, state=state, **options)


def gradients(net: nn.Module) -> list[Tensor]:
    return [p.grad.clone() for p in net.parameters() if p.grad is not None]


def weights(module: nn.Module) -> list[Tensor]:
    return [p.detach().clone() for p in module.parameters()]


def equal(one: list[Tensor], other: list[Tensor]) -> bool:
    return len(one) == len(other) and all(map(torch.equal, one, other))


def hidden(net: nn.ModuleList, x: Tensor = X) -> list[Tensor]:
    found = []
    for stage in net:
        x = untouched(stage, x)
        found.append(x)
    return found


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


@pytest.mark.parametrize(("alpha", "seen"), [(0.5, False), (0.5e6, True)])
def test_in_float32_small_steps_drown_in_rounding_and_a_larger_alpha_helps(alpha, seen):
    found, rule = [], Rule(alpha=alpha, inverse_steps=0)
    for dtype in (torch.float32, torch.float64):
        net, state = stages().to(dtype), built(rule, stages()).to(dtype)
        rule.assign(net, X.to(dtype), lambda k, h: 1e-6 * loss_at(k, h), state=state)
        found.append(torch.cat([g.flatten().double() for g in gradients(net[0])]))
    assert (torch.cosine_similarity(*found, dim=0) > 0.999) == seen


@pytest.mark.parametrize("scale", [8.0, 2.0**-10])
def test_a_scale_on_every_gradient_leaves_targets_alone(scale):
    net, scaled = stages(), stages()
    plain = assign(Rule(), net)
    loss = assign(Rule(), scaled, backward=lambda value: (scale * value).backward())
    assert all(torch.equal(loss.terms[name], value) for name, value in plain.terms.items())
    torch.testing.assert_close(gradients(scaled), [scale * g for g in gradients(net)])


def test_what_overflows_under_a_scaler_spoils_the_gradient_and_not_the_log():
    def overflow(value: Tensor) -> None:
        (value * 2.0**1000 * 2.0**100).backward()

    net, rule = stages(), Rule()
    loss = assign(rule, net, backward=overflow)
    assert not all(g.isfinite().all() for g in gradients(net))
    assert all(value.isfinite() for value in loss.terms.values())


def test_mixed_precision_keeps_targets_in_full_precision():
    net, exact, rule = stages().float(), stages().float(), Rule(reduction="sum")
    state = built(rule, net, X.float())
    expected = assign(rule, exact, deepcopy(state), X.float())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = assign(rule, net, state, X.float())
    assert {value.dtype for value in loss.terms.values()} == {torch.float32}
    assert {g.dtype for g in gradients(net)} == {torch.float32}
    for name, value in expected.terms.items():
        assert 0 < (loss.terms[name] - value).abs() < 0.1 * value.abs(), name
    for seen, wanted in zip(gradients(net[2]), gradients(exact[2]), strict=True):
        assert (seen - wanted).norm() < 0.1 * wanted.norm()


def test_losses_are_logged_by_stage():
    loss = assign(Rule(), stages())
    names = [f"target/stage{k}/loss" for k in range(3)] + [f"inverse/stage{k}/loss" for k in (1, 2)]
    assert list(loss.terms) == ["size", *names]
    assert list(assign(Rule(inverse_steps=0), stages()).terms) == ["size", *names[:3]]


def test_inverses_learn_by_adam_from_what_the_stages_make_of_activities():
    rule, net = Rule(sigma=0.0), stages()
    state = built(rule, net)
    h = hidden(net)
    loss = assign(rule, net, state)
    moved = weights(state)
    fresh = list(built(rule, net))
    expected = [(g(z) - x).square().mean() for g, z, x in zip(fresh, h[1:], h[:2], strict=True)]
    torch.testing.assert_close([loss.terms[f"inverse/stage{i}/loss"] for i in (1, 2)], [e.detach() for e in expected])
    for g in fresh:
        g.requires_grad_(True)
    adam = torch.optim.Adam([p for g in fresh for p in g.parameters()], lr=1e-3)
    sum((g(z) - x).square().mean() for g, z, x in zip(fresh, h[1:], h[:2], strict=True)).backward()  # type: ignore[union-attr]
    adam.step()
    torch.testing.assert_close(moved, [p for g in fresh for p in weights(g)], rtol=1e-10, atol=1e-12)


def test_the_loss_of_inverses_falls():
    rule, net = Rule(sigma=0.1, inverse_lr=1e-2), stages()
    state = built(rule, net)
    losses = [assign(rule, net, state).terms for _ in range(50)]
    assert all(losses[-1][f"inverse/stage{i}/loss"] < 0.8 * losses[0][f"inverse/stage{i}/loss"] for i in (1, 2))


def test_several_steps_in_a_batch_are_steps_of_several_batches():
    net, rule = stages(), Rule()
    one, other = built(rule, net), built(rule, net)
    for _ in range(3):
        assign(rule, net, one)
    assign(replace(rule, inverse_steps=3), net, other)
    assert equal(list(one.state_dict().values()), list(other.state_dict().values()))
    assert int(one.get_buffer("steps")) == 3


def test_targets_come_from_inverses_as_they_were_before_the_batch():
    net, rule = stages(), Rule(inverse_lr=1.0)
    state = built(rule, net)
    first, second = (assign(rule, net, state).terms["target/stage0/loss"] for _ in range(2))
    assert first == assign(replace(rule, inverse_steps=0), net, built(rule, net)).terms["target/stage0/loss"]
    assert first != second


def test_noise_is_drawn_from_the_seed_and_the_step_alone():
    def losses(rule: Rule) -> list[float]:
        net = stages()
        state = built(rule, net)
        return [assign(rule, net, state).terms["inverse/stage1/loss"].item() for _ in range(2)]

    still = Rule(inverse_lr=1e-12)
    first, second = losses(still)
    assert losses(still) == [first, second]
    assert first != second
    assert losses(replace(still, seed=1))[0] != first
    assert losses(replace(still, sigma=0.0))[0] != first


def test_the_global_stream_of_numbers_is_left_alone():
    net = stages()
    state, before = built(Rule(), net), torch.random.get_rng_state()
    assign(Rule(), net, state)
    assert torch.equal(torch.random.get_rng_state(), before)


def buffers(net: nn.Module) -> list[Tensor]:
    return [b.clone() for b in net.buffers()]


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


class Borrowed(ConvInverse):
    """An inverse that holds the stage itself."""

    def build(self, stage: nn.Module, x: Tensor, z: Tensor) -> Any:
        inverse = super().build(stage, x, z)
        inverse.stage = stage
        return inverse


class Flat(ConvInverse):
    """An inverse that leaves the grid as it is."""

    def build(self, stage: nn.Module, x: Tensor, z: Tensor) -> Any:
        return nn.Conv2d(z.shape[1], x.shape[1], 1)


@pytest.mark.parametrize(
    ("inverse", "message"),
    [
        (Borrowed(), "stage 1: its inverse must have weights of its own"),
        (Flat(), r"stage 1: its inverse must give \(2, 4, 4, 4\) for \(2, 6, 2, 2\), got \(2, 4, 2, 2\)"),
    ],
)
def test_bad_inverses_are_named(inverse, message):
    with pytest.raises(ValueError, match=message):
        built(Rule(inverse=inverse), stages())


def test_a_stage_that_cannot_be_inverted_is_named():
    net = nn.ModuleList([*stages(), nn.Flatten()])
    with pytest.raises(ValueError, match="stage 3: ConvInverse cannot invert Flatten, give the rule another inverse="):
        built(Rule(), net)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0.0}, "alpha must be finite and above 0, got 0.0"),
        ({"inverse_lr": float("nan")}, "inverse_lr must be finite and above 0, got nan"),
        ({"sigma": -1.0}, "sigma must be finite and at least 0, got -1.0"),
        ({"inverse_steps": 1.5}, "inverse_steps must be a whole number, at least 0, got 1.5"),
        ({"seed": -1}, "seed must be a whole number, at least 0, got -1"),
        ({"reduction": "max"}, r"reduction must be one of \('mean', 'sum'\), got 'max'"),
    ],
)
def test_bad_numbers_are_named(options, message):
    with pytest.raises(ValueError, match=f"DifferenceTargetPropagation.{message}"):
        Rule(**options)


def test_bad_states_are_named():
    with pytest.raises(ValueError, match="needs the Inverses that its build gives, got state=None"):
        Rule().assign(stages(), X, loss_at)
    with pytest.raises(ValueError, match="the inverses were built for 3 stages, got 2"):
        Rule().assign(stages()[:2], X, loss_at, state=built(Rule(), stages()))
    with pytest.raises(ValueError, match="needs at least one stage, got none"):
        Rule().assign([], X, loss_at)
