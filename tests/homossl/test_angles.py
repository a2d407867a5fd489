"""The angle between the update of a credit rule and that of backpropagation."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import Cyclic
from homossl.angles import angle, angles, gradients, named_layers
from homossl.credit import (
    Backprop,
    Credit,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
    RandomLayerwise,
)
from homossl.credit.feedback_layers import weight
from homossl.encoders import CNN
from homossl.encoders.resnet import ResNet18
from homossl.learner import build
from homossl.objectives import BYOL, MLP, InfoNCE, Readout
from homossl.targets import EMA, Shared
from homossl.types import Batch
from homossl.views import InputAugmentation, Uniform, Window

RULES = [
    Backprop(),
    GreedyLayerwise(),
    RandomLayerwise(),
    FeedbackAlignment(),
    FeedbackAlignment("same"),
    FeedbackAlignment("sign"),
    FeedbackAlignment(losses=GreedyLayerwise()),
    DifferenceTargetPropagation(),
]
HEADED = InfoNCE(projector=MLP(8, 8))
BARE = InfoNCE(projector=None, readout=Readout(pool=False))
ENCODER = CNN(fields=(1, 2, 2), steps=(1, 2, 1))
LAYERS = ["stage0", "stage1", "stage2", "head.layer0", "head.layer1"]


def make(credit: Credit, objective: Any = HEADED, encoder: Any = ENCODER, structure: Any = "intact") -> Any:
    target = EMA() if isinstance(objective, BYOL) else Shared()
    views = InputAugmentation(motion=Uniform(), window=Window(2))
    return build(Cyclic(4), encoder, views, objective, target, credit, shape=(1, 9, 9), structure=structure).double()


def batch(seed: int = 0) -> Batch:
    rng = torch.Generator().manual_seed(seed)
    return Batch(torch.rand(6, 1, 9, 9, generator=rng, dtype=torch.float64))


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(7)


def measured(learner: Any) -> dict[str, float]:
    return angles(learner, batch(), rng())


def everything(learner: Any, generator: torch.Generator) -> list[Any]:
    grads = [p.grad for p in learner.parameters()]
    states = [*learner.state_dict().values(), generator.get_state(), torch.get_rng_state()]
    return [None if t is None else t.clone() for t in grads + states]


def same(a: list[Any], b: list[Any]) -> bool:
    return all(torch.equal(s, t) if s is not None and t is not None else s is t for s, t in zip(a, b, strict=True))


def test_backpropagation_is_at_no_angle_to_itself():
    assert measured(make(Backprop())) == dict.fromkeys(LAYERS, 0.0)


@pytest.mark.parametrize("encoder", [ENCODER, CNN("plain", (1, 2, 2), (1, 2, 1))], ids=["steerable", "plain"])
def test_random_feedback_leaves_the_layer_under_the_loss_alone_and_no_other(encoder):
    found = measured(make(FeedbackAlignment(), encoder=encoder))
    assert found.pop("head.layer1") == 0.0
    assert min(found.values()) > 1
    bare = measured(make(FeedbackAlignment(), BARE, encoder))
    assert bare.pop("stage2") == 0.0
    assert len(bare) == 2
    assert min(bare.values()) > 1


def test_control_a_shuffled_gradient_is_at_an_angle_where_the_right_one_is_not():
    learner = make(FeedbackAlignment())
    for name, gradient in gradients(learner, Backprop(), batch(), rng(), torch.autograd.backward).items():
        shuffled = gradient.flatten()[torch.randperm(gradient.numel())]
        assert angle(gradient, gradient) == 0.0
        assert angle(shuffled, gradient) > 30, name


def test_feedback_through_the_forward_weights_is_backpropagation():
    learner = make(FeedbackAlignment())
    before = measured(learner)
    with torch.no_grad():
        for layer, twin in zip(learner.credit_state.layers, learner.credit_state.twins, strict=True):
            weight(twin).copy_(weight(layer))
    assert max(measured(learner).values()) < 1e-10
    assert max(before.values()) > 1


@pytest.mark.parametrize("rule", [GreedyLayerwise(), FeedbackAlignment(losses=GreedyLayerwise())])
def test_losses_of_their_own_are_at_an_angle_below_the_last_stage(rule):
    found = measured(make(rule))
    assert list(found) == LAYERS
    assert found["head.layer1"] == 0.0
    assert (found["stage2"] == 0.0) == isinstance(rule, GreedyLayerwise)
    assert min(found["stage0"], found["stage1"]) > 1


def test_target_propagation_is_backpropagation_in_the_last_stage_and_in_the_head():
    found = measured(make(DifferenceTargetPropagation()))
    top = [found.pop(name) for name in ("stage2", "head.layer0", "head.layer1")]
    assert max(top) < 1e-6
    assert min(found.values()) > 1


def test_of_random_layerwise_learning_only_the_stage_whose_turn_it_is_has_an_angle():
    learner, generator = make(RandomLayerwise("shuffled")), rng()
    turns = []
    for _ in range(3):
        found = measured(learner)
        assert found == measured(learner), "measuring takes no turn"
        turns.append({name.partition(".")[0] for name in found})
        learner.step(batch(), generator)
    assert sorted(map(sorted, turns)) == [["head", "stage2"], ["stage0"], ["stage1"]]


@pytest.mark.parametrize("objective", [HEADED, BYOL(projector=MLP(8, 8), predictor=MLP(8, 8))], ids=lambda o: o.name)
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_everything_is_left_as_it_was(rule, objective):
    learner, generator = make(rule, objective), rng()
    learner.step(batch(1), generator)
    before = everything(learner, generator)
    angles(learner, batch(), generator)
    assert same(before, everything(learner, generator))
    assert learner.credit is rule
    learner.step(batch(), generator)
    assert not same(before, everything(learner, generator)), "the control: a step moves what is compared"


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_gradients_are_those_of_the_step_itself(rule):
    learner = make(rule)
    learner.step(batch(1), rng())
    found = gradients(learner, rule, batch(), rng(), torch.autograd.backward)
    learner.zero_grad()
    learner.step(batch(), rng())
    of = {name: weight(layer).grad for name, layer in named_layers(learner).items()}
    assert found.keys() == {name for name, gradient in of.items() if gradient is not None}
    assert all(torch.equal(gradient, of[name]) for name, gradient in found.items())
    control = gradients(learner, rule, batch(2), rng(), torch.autograd.backward)
    assert not any(torch.equal(gradient, control[name]) for name, gradient in found.items() if name in control)


def test_layers_of_a_stage_are_numbered_alike_in_both_structures():
    steerable, plain = (named_layers(make(Backprop(), encoder=ResNet18(s, width=4))) for s in ("steerable", "plain"))
    assert list(steerable) == list(plain)
    assert list(steerable)[:4] == ["stage0", "stage1.layer0", "stage1.layer1", "stage1.layer2"]


def test_layers_that_do_not_learn_have_no_angle():
    learner = make(FeedbackAlignment())
    learner.encoder.stages[1].requires_grad_(False)
    assert list(measured(learner)) == [name for name in LAYERS if name != "stage1"]
    silent = lambda loss: (0.0 * loss).backward()  # noqa: E731
    assert angles(learner, batch(), rng(), silent) == {}


@given(st.floats(1e-12, math.pi - 1e-12), st.floats(1e-20, 1e20), st.integers(0, 100))
def test_angles_are_accurate_to_rounding_from_0_to_180_degrees(theta, scale, seed):
    frame, _ = torch.linalg.qr(torch.randn(5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)))
    a, b = frame[0], scale * (math.cos(theta) * frame[0] + math.sin(theta) * frame[1])
    assert abs(angle(a, b) - math.degrees(theta)) < 1e-12
    assert angle(a, b) == angle(b, a)


def test_control_the_inverse_cosine_is_not():
    cosine = torch.nn.functional.cosine_similarity(*torch.tensor([[1.0, 0.0], [1.0, 1e-9]]).double(), dim=0)
    assert math.degrees(math.acos(min(1.0, cosine.item()))) == 0.0
    assert angle(*torch.tensor([[1.0, 0.0], [1.0, 1e-9]]).double()) == pytest.approx(math.degrees(1e-9), rel=1e-6)


def test_small_gradients_in_float32_have_an_angle_and_none_has_not():
    tiny = torch.tensor([3e-30, 4e-30])
    assert angle(tiny, torch.tensor([3.0, 4.0])) < 1e-5
    assert math.isnan(angle(tiny, torch.zeros(2)))
    assert math.isnan(angle(tiny, torch.full((2,), math.inf)))
