"""Every source x objective x credit rule x structure takes a step, and nothing moves that should not."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from groups import Cyclic, SemidirectProduct, Translation
from homossl.credit import Backprop
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import BYOL, MLP, BarlowTwins, InfoNCE, ReLIC, SimSiam, VICReg
from homossl.targets import EMA, Shared, StopGradient
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, Near, Window

NARROW = MLP(8, 8)
SOURCES = [FeatureFibre, InputAugmentation]
OBJECTIVES = [
    InfoNCE(projector=NARROW),
    BYOL(projector=NARROW, predictor=NARROW),
    SimSiam(projector=NARROW, predictor=NARROW),
    BarlowTwins(projector=NARROW),
    VICReg(projector=NARROW),
    ReLIC(projector=NARROW),
    InfoNCE(projector=NARROW) + 0.3 * VICReg(projector=NARROW),
]
CREDITS = [Backprop()]
STRUCTURES = ["steerable", "plain"]
TARGETS = [Shared(), StopGradient(), EMA()]
GROUP = SemidirectProduct(Translation(2), Cyclic(4))


def make(source=FeatureFibre, objective=OBJECTIVES[0], credit=CREDITS[0], structure="steerable", target=None, seed=0):
    views = source(motion=Near((2.0, 1.6)), window=Window(2))
    encoder = CNN(structure=structure, fields=(1, 2), steps=(1, 2))
    return build(GROUP, encoder, views, objective, target or Shared(), credit, shape=(1, 9, 9), seed=seed)


def step(learner: Learner, seed: int = 0) -> torch.Tensor:
    x = torch.rand(4, 1, 9, 9, generator=torch.Generator().manual_seed(seed))
    return learner.step(Batch(x), torch.Generator().manual_seed(seed)).value


def weights(learner: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in learner.parameters()])


@pytest.mark.parametrize(
    ("source", "objective", "credit", "structure", "target"),
    [pytest.param(*c, id="-".join([c[0].__name__, c[1].name, type(c[2]).__name__, c[3], type(c[4]).__name__]))
     for c in product(SOURCES, OBJECTIVES, CREDITS, STRUCTURES, TARGETS)],
)  # fmt: skip
def test_every_combination_takes_a_step(source, objective, credit, structure, target):
    learner = make(source, objective, credit, structure, target)
    before = weights(learner)
    assert torch.isfinite(step(learner))
    assert torch.equal(weights(learner), before), "a step fills gradients and moves no weight"
    trainable = [*learner.encoder.parameters(), *learner.head.parameters()]
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in trainable)
    assert all(p.grad is None for p in learner.teacher.parameters())


def test_a_step_is_a_function_of_weights_batch_and_seed():
    assert torch.equal(step(make()), step(make()))
    assert not torch.equal(step(make()), step(make(), seed=1))
    assert not torch.equal(step(make()), step(make(seed=1)))


def test_weights_are_a_function_of_the_seed_and_leave_the_global_generator_alone():
    state = torch.random.get_rng_state()
    one, other = make(seed=3), make(seed=3)
    assert torch.equal(weights(one), weights(other))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_gradients_add_up_over_steps():
    learner = make()
    step(learner)
    once = [p.grad.clone() for p in learner.encoder.parameters()]
    step(learner)
    assert all(torch.allclose(p.grad, 2 * g) for p, g in zip(learner.encoder.parameters(), once, strict=True))


def test_only_an_averaged_teacher_follows():
    for target, moves in [(EMA(momentum=0.5), True), (Shared(), False)]:
        learner = make(objective=OBJECTIVES[1], target=target)
        before = weights(learner.teacher) if moves else None
        with torch.no_grad():
            for p in learner.encoder.parameters():
                p += 1
        learner.update_target(0.0)
        assert moves == bool(list(learner.teacher.parameters()))
        assert before is None or not torch.equal(weights(learner.teacher), before)


def test_views_shape_the_head():
    whole, window = (make(objective=InfoNCE(projector=None)).head, make(objective=OBJECTIVES[0]).head)
    assert list(whole.parameters()) == []
    assert window.projector[0].in_features == 2 * 4  # type: ignore[union-attr, index]


def test_images_must_be_square():
    with pytest.raises(ValueError, match="square images, got 9 x 7"):
        build(GROUP, CNN(), FeatureFibre(), InfoNCE(), shape=(1, 9, 7))
