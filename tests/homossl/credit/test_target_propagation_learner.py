"""DifferenceTargetPropagation in a learner: it takes a step everywhere, and a resumed run is the same run."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
import torch

from groups import Cyclic, Dihedral, SemidirectProduct, Torus
from homossl.credit import Backprop, Credit, DifferenceTargetPropagation
from homossl.encoders import CNN, CONV5
from homossl.learner import build
from homossl.objectives import BYOL, MLP, ContrastiveHinge, InfoNCE
from homossl.structure import Structure
from homossl.targets import EMA, Shared
from homossl.train import AdamW
from homossl.train.checkpoint import Checkpoint
from homossl.types import Batch
from homossl.views import FeatureFibre, GlobalLocal, InputAugmentation, Uniform, Window

NARROW = MLP(8, 8)
OBJECTIVES = [
    InfoNCE(projector=NARROW),
    BYOL(projector=NARROW, predictor=NARROW),
    ContrastiveHinge.target_propagation(),
]
NETWORKS: dict[str, tuple[Any, Any, int]] = {
    "C4, odd grid": (Cyclic(4), CNN(fields=(1, 2), steps=(1, 2)), 9),
    "D4, even grid": (Dihedral(4), CONV5(width=8), 16),
    "p4": (SemidirectProduct(Torus(5, 5), Cyclic(4)), CNN(fields=(1, 2, 1), steps=(1, 1, 1)), 5),
}
RULE = DifferenceTargetPropagation()


def make(
    credit: Credit = RULE,
    network: str = "C4, odd grid",
    objective: Any = OBJECTIVES[0],
    source: Any = FeatureFibre,
    structure: Any = "steerable",
    left: Structure = "intact",
) -> Any:
    group, encoder, side = NETWORKS[network]
    target = EMA() if isinstance(objective, BYOL) else Shared()
    views = source(motion=Uniform(), window=Window(1 if side == 16 else 2))
    encoder = replace(encoder, structure=structure)
    return build(group, encoder, views, objective, target, credit, shape=(1, side, side), structure=left)


def step(learner: Any, side: int = 9, seed: int = 0) -> torch.Tensor:
    x = torch.rand(4, 1, side, side, generator=torch.Generator().manual_seed(seed))
    return learner.step(Batch(x), torch.Generator().manual_seed(seed)).value


def train(learner: Any, optimiser: torch.optim.Optimizer, steps: range) -> None:
    for seed in steps:
        optimiser.zero_grad()
        step(learner, seed=seed)
        optimiser.step()


CELLS = [
    *product(NETWORKS, OBJECTIVES[:1], [FeatureFibre, InputAugmentation], ["steerable", "plain"]),
    *product(["C4, odd grid"], OBJECTIVES[1:], [FeatureFibre, GlobalLocal], ["steerable"]),
]


@pytest.mark.parametrize(("network", "objective", "source", "structure"), CELLS)
def test_every_learner_takes_a_step(network, objective, source, structure):
    learner, twin = (make(rule, network, objective, source, structure) for rule in (RULE, Backprop()))
    side = NETWORKS[network][2]
    assert torch.equal(step(learner, side), step(twin, side)), "neither first weights nor the forward pass differ"
    grads = [p.grad for part in (learner.encoder, learner.head) for p in part.parameters()]
    assert all(grad is not None and grad.isfinite().all() for grad in grads)
    assert all(p.grad is None and not p.requires_grad for p in learner.credit_state.parameters())
    torch.testing.assert_close([p.grad for p in learner.head.parameters()], [p.grad for p in twin.head.parameters()])


@pytest.mark.parametrize("left", ["untied", "permuted_base", "broken_order"])
def test_a_learner_without_its_structure_takes_a_step(left):
    assert step(make(left=left)).isfinite()


def test_a_resumed_run_is_the_same_run(tmp_path):
    whole = make()
    optimiser = AdamW().build(whole)
    train(whole, optimiser, range(3))
    path = tmp_path / "run.safetensors"
    Checkpoint.of(path, whole, optimiser, step=3, shape=(1, 9, 9), recipe="{}", scaler={}).write()
    train(whole, optimiser, range(3, 6))
    resumed = make()
    again = AdamW().build(resumed)
    Checkpoint.read(path).restore(resumed, again)
    train(resumed, again, range(3, 6))
    expected = whole.state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in resumed.state_dict().items())


@pytest.mark.parametrize("lost", ["moments", "steps", "of_stages"])
def test_control_without_any_part_of_its_state_a_resumed_run_is_another(lost):
    whole, resumed = make(), make()
    for each, steps in ((whole, range(3)), (resumed, range(1))):
        train(each, AdamW().build(each), steps)
    kept = {name: tensor for name, tensor in whole.state_dict().items() if f"credit_state.{lost}" not in name}
    resumed.load_state_dict(kept, strict=False)
    for each in (whole, resumed):
        train(each, AdamW().build(each), range(3, 6))
    expected = whole.credit_state.state_dict()
    assert not all(torch.equal(t, expected[name]) for name, t in resumed.credit_state.state_dict().items())


def test_the_optimiser_leaves_inverses_alone():
    learner = make()
    taken = [p for group in AdamW().build(learner).param_groups for p in group["params"]]
    inverses = list(learner.credit_state.parameters())
    assert inverses
    assert not any(p is inverse for p in taken for inverse in inverses)


def test_a_learner_in_float64_has_inverses_in_float64():
    learner = make().double()
    x = torch.rand(4, 1, 9, 9, dtype=torch.float64)
    assert learner.step(Batch(x), torch.Generator().manual_seed(0)).value.dtype == torch.float64
    state = learner.credit_state.state_dict()
    assert {name: t.dtype for name, t in state.items() if t.dtype != torch.float64} == {"steps": torch.int64}


def test_training_lowers_the_loss():
    learner = make(replace(RULE, reduction="sum"))
    optimiser = AdamW(lr=3e-3).build(learner)
    x, losses = torch.rand(16, 1, 9, 9, generator=torch.Generator().manual_seed(0)), []
    for _ in range(40):
        optimiser.zero_grad()
        losses.append(learner.step(Batch(x), torch.Generator().manual_seed(0)).value.item())
        optimiser.step()
    assert losses[-1] < 0.8 * losses[0]
