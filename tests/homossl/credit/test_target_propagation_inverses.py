"""How the inverses of target propagation learn: when, from what, and by which noise."""

from __future__ import annotations

from dataclasses import replace

import torch
from three_stages import Rule, assign, built, equal, hidden, stages, weights


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
