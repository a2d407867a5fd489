"""Tensor field networks in training: H-SSL = A-SSL on SO(3), every objective and credit rule, runs kept and checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from groups import O3, SE3, SO3, Group
from homossl.credit import (
    Backprop,
    Credit,
    DenseInverse,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
)
from homossl.data import Solids
from homossl.encoders import TensorFieldNetwork
from homossl.learner import Learner, build
from homossl.objectives import BYOL, MLP, GroupCorrelation, InfoNCE, InverseModel, JointEfference, Objective, VICReg
from homossl.recipes import solids
from homossl.train import AdamW, load_learner, train
from homossl.transforms import Subsample
from homossl.types import Batch
from homossl.verify import check
from homossl.views import FeatureFibre, InputAugmentation, Window
from proofs_check.laws import same_step

SHAPE = (10, 3)
NETWORK = TensorFieldNetwork(copies=2, latent=3, layers=1)
CONTRAST = InfoNCE(projector=MLP(16, 8))


def made(views: Any, objective: Objective = CONTRAST, group: Group = SO3(), **rest: Any) -> Learner:
    return build(group, NETWORK, views, objective, shape=SHAPE, **rest)


def batch(n: int = 6) -> Batch:
    return Batch(torch.randn(n, *SHAPE, generator=torch.Generator().manual_seed(0), dtype=torch.float64))


def apart(group: Group = SO3(), window: Window = Window(), objective: Objective = CONTRAST, **rest: Any) -> float:
    """How far a step of H-SSL is from that of A-SSL."""
    views = (kind(window=window) for kind in (InputAugmentation, FeatureFibre))
    one, other = (made(v, objective, group, **rest).double() for v in views)
    return same_step(one, other, batch()).item()


@pytest.mark.parametrize("group", [SO3(), O3(), SE3()], ids=str)
def test_steps_in_feature_space_are_those_on_inputs(group) -> None:
    assert apart(group) < 1e-9


@pytest.mark.parametrize("objective", [VICReg(), CONTRAST + 0.1 * GroupCorrelation()], ids=lambda o: type(o).__name__)
def test_with_other_objectives_too(objective) -> None:
    assert apart(objective=objective) < 1e-9


def test_and_on_caps_of_the_sphere() -> None:
    assert apart(window=Window(3)) < 1e-9


def test_without_structure_they_are_others() -> None:
    assert apart(structure="untied") > 1e-2


OBJECTIVES = [
    VICReg(),
    BYOL(),
    CONTRAST + 0.1 * GroupCorrelation(),
    CONTRAST + 0.1 * InverseModel(hidden=16),
    JointEfference(),
]


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda objective: type(objective).__name__)
def test_every_weight_gets_a_gradient(objective) -> None:
    learner = made(InputAugmentation(transforms=(Subsample(),)), objective).double()
    loss = learner.step(batch(), torch.Generator().manual_seed(0))
    assert loss.value.isfinite()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in learner.encoder.parameters())


RULES = [FeedbackAlignment(), GreedyLayerwise(), DifferenceTargetPropagation(inverse=DenseInverse())]


@pytest.mark.parametrize("credit", RULES, ids=lambda rule: type(rule).__name__)
def test_credit_rules(credit: Credit) -> None:
    learner = made(FeatureFibre(), credit=credit).double()
    learner.step(batch(), torch.Generator().manual_seed(0))
    assert all(p.grad is not None and p.grad.isfinite().all() for p in learner.encoder.parameters())
    assert type(learner.credit) is not Backprop


def recipe(**changes: Any) -> Any:
    small = replace(solids.hssl, data=Solids(points=12, train=2, test=1), encoder=NETWORK, epochs=2, batch_size=10)
    return replace(small, **changes)


def test_runs_descend_and_are_kept(tmp_path) -> None:
    learner = train(recipe(epochs=8, optimiser=AdamW(lr=1e-2)), tmp_path / "run", show=False)
    again, _ = load_learner(tmp_path / "run")
    x = torch.randn(3, 12, 3, generator=torch.Generator().manual_seed(0))
    assert again.encoder(x).equal(learner.eval().encoder(x))
    fresh = recipe().learner((12, 3)).eval()
    assert not fresh.encoder(x).equal(learner.encoder(x))
    losses = [made.step(Batch(x), torch.Generator().manual_seed(0)).value for made in (fresh, learner)]
    assert losses[1] < losses[0]


def test_layers_of_e3nn_claim_their_parities() -> None:
    g = O3().sample(4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    report = check(NETWORK.on(O3(), SHAPE).double(), elements=g)
    assert report.passed
    assert "Linear" in {layer.kind for layer in report.layers}


def test_reports_find_the_layer_that_breaks() -> None:
    encoder, g = NETWORK.on(SO3(), SHAPE).double(), SO3().sample(3, dtype=torch.float64)
    report = check(encoder, elements=g)
    assert report.passed
    assert max(layer.own.max() for layer in report.layers) < 1e-10
    linear: Any = encoder.stages[1].body.interaction.out.linear  # type: ignore[union-attr]
    linear.register_forward_hook(lambda module, args, out: out * torch.linspace(1, 2, out.shape[-1], dtype=out.dtype))
    broken = check(encoder, elements=g)
    assert not broken.passed
    assert "stages.1.body.interaction.out.linear" in [layer.name for layer in broken.layers if layer.misses]
    assert not check(replace(NETWORK, structure="plain").on(SO3(), SHAPE), elements=g.to(torch.float32)).passed
