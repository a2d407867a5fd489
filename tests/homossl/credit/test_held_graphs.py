"""What autograd holds at a time: layer-wise rules one stage's tensors, however deep the network, others all stages'."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any
from weakref import WeakSet

import pytest
import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from groups import Cyclic
from homossl.credit import (
    Backprop,
    Credit,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
    RandomLayerwise,
)
from homossl.encoders import CNN
from homossl.learner import build
from homossl.objectives import BYOL, MLP, InfoNCE
from homossl.targets import EMA, Shared
from homossl.types import Batch, Loss
from homossl.views import FeatureFibre, InputAugmentation

X = torch.randn(5, 2, 4, 4, generator=torch.Generator().manual_seed(0))
NARROW = MLP(8, 8)
SUCCESSIVE, RANDOM = GreedyLayerwise("successive"), RandomLayerwise()
LAYERWISE = [GreedyLayerwise(), SUCCESSIVE, RANDOM]
ONE_STAGE = [*LAYERWISE, *[FeedbackAlignment(losses=rule) for rule in LAYERWISE]]
ALL_STAGES = [Backprop(), FeedbackAlignment(), DifferenceTargetPropagation()]


class Saved:
    """A tensor that autograd saved; gone as soon as autograd lets go of it."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


class Held:
    """How much the tensors that autograd holds come to, each storage once: the most of it."""

    def __init__(self) -> None:
        self.saved: WeakSet[Saved] = WeakSet()
        self.peak = 0

    def pack(self, tensor: Tensor) -> Saved:
        saved = Saved(tensor)
        self.saved.add(saved)
        storages = {own.data_ptr(): own.nbytes() for own in (held.tensor.untyped_storage() for held in self.saved)}
        self.peak = max(self.peak, sum(storages.values()))
        return saved


def most_held(step: Callable[[], object]) -> int:
    """In bytes."""
    held = Held()
    with saved_tensors_hooks(held.pack, lambda saved: saved.tensor):
        step()
    return held.peak


def in_stages(rule: Credit, depth: int) -> int:
    """What is held in a network of so many stages alike, at the last stage's turn where they take turns."""
    net = nn.ModuleList(nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.Tanh()) for _ in range(depth))
    state = rule.build(net, nn.Identity(), X)
    rule.advance(state, 1)
    return most_held(lambda: rule.assign(net, X, lambda k, h: Loss(h.square().mean()), state=state))


def named(rule: Any) -> str:
    losses = getattr(rule, "losses", None)
    return f"{type(rule).__name__}{getattr(rule, 'order', '').title()}" + (f"-{named(losses)}" if losses else "")


@pytest.mark.parametrize("rule", ONE_STAGE, ids=named)
def test_layerwise_rules_hold_one_stage_however_many_there_are(rule):
    assert {in_stages(rule, depth) for depth in (1, 2, 4, 8)} == {in_stages(rule, 1)}


@pytest.mark.parametrize("rule", ALL_STAGES, ids=named)
def test_control_other_rules_hold_a_stage_more_for_each_there_is(rule):
    counts = [in_stages(rule, depth) for depth in (2, 3, 4, 5)]
    assert len({after - before for before, after in pairwise(counts)}) == 1
    assert counts[0] < counts[1]


@pytest.mark.parametrize("source", [FeatureFibre, InputAugmentation])
@pytest.mark.parametrize(
    ("objective", "target"),
    [(InfoNCE(projector=NARROW), Shared()), (BYOL(projector=NARROW, predictor=NARROW), EMA())],
)
def test_a_learner_of_six_stages_holds_far_less(source, objective, target):
    def most(credit: Credit) -> int:
        encoder = CNN(fields=(4,) * 6, steps=(1,) * 6)
        learner = build(Cyclic(4), encoder, source(), objective, target, credit, shape=(1, 9, 9))
        return most_held(lambda: learner.step(Batch(torch.rand(4, 1, 9, 9)), torch.Generator().manual_seed(0)))

    whole = most(Backprop())
    assert all(most(rule) < 0.4 * whole for rule in LAYERWISE)
    assert most(FeedbackAlignment()) > 0.9 * whole
