"""Target propagation in low precision: rounding, scalers of the gradient, and mixed formats."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from three_stages import Rule, X, assign, built, gradients, loss_at, stages
from torch import Tensor


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
