"""The loss of an orbit is the mean over all its pairs, in value, gradients and terms, however it is computed."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import Cyclic, Regular
from homossl.objectives import (
    BYOL,
    CLAPP,
    MLP,
    BarlowTwins,
    ContrastiveHinge,
    ForwardModel,
    GroupCorrelation,
    InfoNCE,
    InverseModel,
    JointEfference,
    MotionPrediction,
    Objective,
    PerMotion,
    ReLIC,
    Siamese,
    SimSiam,
    VICReg,
)
from homossl.types import Loss, Orbit

B, D = 4, 8
PLAIN = MLP(6, 5, norm=False)
SIAMESE: list[Siamese] = [
    InfoNCE(),
    InfoNCE(temperature=0.5, similarity="dot"),
    InfoNCE(anchors="left"),
    InfoNCE(candidates="other"),
    InfoNCE(similarity="dot", anchors="left", candidates="other", temperature=1.0),
    BYOL(),
    SimSiam(),
    BarlowTwins(),
    VICReg(),
    ReLIC(),
    ContrastiveHinge(),
    CLAPP(predictor=None),
]
WITH_HEADS: list[Objective] = [
    InfoNCE(projector=PLAIN),
    CLAPP(predictor=PerMotion()),
    InfoNCE(projector=PLAIN) + 0.3 * VICReg(projector=PLAIN),
    GroupCorrelation(),
    JointEfference(),
    ForwardModel(InfoNCE(projector=PLAIN)),
    InverseModel(hidden=6, norm=False),
    MotionPrediction(hidden=6, norm=False),
]


def orbit(n: int = 4, seed: int = 0, hidden: torch.Tensor | None = None) -> Orbit:
    rng = torch.Generator().manual_seed(seed)
    group = Cyclic(n)
    z = torch.randn(n, B, 8 - 8 % n, dtype=torch.float64, generator=rng).requires_grad_()
    copies = z.shape[-1] // n
    place = group.sample(B, generator=rng)
    return Orbit(z, group.elements()[:, None] @ place, copies * Regular(group), hidden)


def pair_by_pair(loss, online: Orbit, target: Orbit) -> Loss:
    ours = online.pairs()
    theirs = ours if target is online else target.pairs()
    return Loss.mean([loss(o, t) for o, t in zip(ours, theirs, strict=True)])


def apart(one: Loss, other: Loss, *at: torch.Tensor) -> float:
    """The greatest difference of values, terms and gradients."""
    gradients = [torch.autograd.grad(loss.value, at, retain_graph=True, allow_unused=True) for loss in (one, other)]
    same = [(one.value, other.value), *((one.terms[name], other.terms[name]) for name in one.terms)]
    same += [(a, b) for a, b in zip(*gradients, strict=True) if a is not None]
    return max((a - b).abs().max().item() for a, b in same)


@pytest.mark.parametrize("objective", SIAMESE, ids=str)
@pytest.mark.parametrize("shared", [True, False], ids=["shared", "separate"])
@settings(max_examples=6)
@given(n=st.sampled_from([2, 3, 8]), seed=st.integers(0, 99))
def test_an_equation_over_an_orbit_is_the_mean_over_its_pairs(objective, shared, n, seed):
    online = orbit(n, seed)
    target = online if shared else orbit(n, seed + 100)
    whole, mean = objective(online, target), pair_by_pair(objective, online, target)
    assert apart(whole, mean, online.views, target.views) < 1e-10


@pytest.mark.parametrize("objective", SIAMESE, ids=str)
def test_control_the_mean_over_all_pairs_but_one_is_another(objective):
    online = orbit()
    fewer = Loss.mean([objective(pair, pair) for pair in online.pairs()[1:]])
    assert apart(objective(online, online), fewer, online.views) > 1e-4


def test_a_collapsed_orbit_finds_no_partners():
    z = torch.ones(4, B, 3)
    assert InfoNCE()(Orbit(z, orbit().poses), Orbit(z, orbit().poses)).terms["accuracy"] < 0.5


@pytest.mark.parametrize("objective", WITH_HEADS, ids=lambda objective: objective.name)
@pytest.mark.parametrize("hidden", [None, torch.tensor([True, False, False, False])], ids=["all", "some hidden"])
def test_a_head_over_an_orbit_is_the_mean_over_its_pairs(objective, hidden):
    online = orbit(hidden=hidden)
    head = objective.build((D,), Cyclic(4)).double()
    whole, mean = head(online, online), pair_by_pair(head, online, online)
    assert apart(whole, mean, online.views, *head.parameters()) < 1e-10
    fewer = Loss.mean([head(pair, pair) for pair in online.pairs()[1:]])
    assert apart(whole, fewer, online.views) > 1e-4  # control


@pytest.mark.parametrize("objective", [InfoNCE(), InverseModel(), MotionPrediction()], ids=lambda o: o.name)
def test_networks_see_all_views_at_once(objective):
    head, calls = objective.build((D,), Cyclic(4)).double(), []
    first = next(module for module in head.modules() if isinstance(module, torch.nn.Linear))
    first.register_forward_hook(lambda *_: calls.append(1))
    head(orbit(), orbit())
    assert len(calls) == (2 if objective.name == "InfoNCE" else 1)  # a target of its own is projected too


@pytest.mark.parametrize(
    ("objective", "pools"),
    [
        (InfoNCE(), True),
        (GroupCorrelation(), True),
        (2 * InverseModel(), True),
        (InfoNCE() + MotionPrediction(), True),
        (ForwardModel(InfoNCE()), False),
        (InfoNCE() + ForwardModel(InfoNCE()), False),
        (ContrastiveHinge.target_propagation(), False),
    ],
    ids=lambda value: getattr(value, "name", value) if isinstance(value, Objective) else None,
)
def test_what_pools_all_it_reads_says_so(objective, pools):
    assert objective.reads_mean == pools
