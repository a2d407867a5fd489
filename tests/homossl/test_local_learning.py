"""Local batch statistics, the gradient block and few negatives compose with every credit rule."""

from __future__ import annotations

import pytest
import torch

from groups import Cyclic, SemidirectProduct, Translation
from homossl.credit import (
    Backprop,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
    RandomLayerwise,
)
from homossl.encoders import CNN
from homossl.learner import build
from homossl.objectives import ContrastiveHinge, Linear
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, Near

SUCCESSIVE, RANDOM = GreedyLayerwise("successive"), RandomLayerwise()
RULES = [
    Backprop(),
    GreedyLayerwise(),
    SUCCESSIVE,
    RANDOM,
    DifferenceTargetPropagation(),
    *[FeedbackAlignment(losses=losses) for losses in (Backprop(), GreedyLayerwise(), SUCCESSIVE, RANDOM)],
]
FEW = ContrastiveHinge.future(3, projector=Linear(8))
GROUP = SemidirectProduct(Translation(2), Cyclic(4))


@pytest.mark.parametrize("rule", RULES, ids=repr)
@pytest.mark.parametrize("source", [FeatureFibre, InputAugmentation])
@pytest.mark.parametrize("structure", ["steerable", "plain"])
def test_they_compose(rule, source, structure):
    encoder = CNN(structure=structure, fields=(1, 2), steps=(1, 2), norm="local")
    learner = build(GROUP, encoder, source(motion=Near((2.0, 1.6))), FEW, credit=rule, shape=(1, 9, 9))
    images = torch.rand(5, 1, 9, 9, generator=torch.Generator().manual_seed(0))
    loss = learner.step(Batch(images), torch.Generator().manual_seed(0))
    gradients = [p.grad for p in learner.encoder.parameters() if p.grad is not None]
    assert torch.isfinite(loss.value)
    assert gradients
    assert all(torch.isfinite(gradient).all() for gradient in gradients)


@pytest.mark.parametrize("rule", RULES[:2], ids=repr)
@pytest.mark.parametrize("changed", ["norm", "gradient_block"])
def test_each_changes_what_is_learned(rule, changed):
    one, other = (gradient(rule, **{changed: value}) for value in OPTIONS[changed])
    assert not torch.allclose(one, other)


OPTIONS = {"norm": ("local", "batch"), "gradient_block": (True, False)}


def gradient(rule, norm="local", gradient_block=True) -> torch.Tensor:
    encoder = CNN(fields=(1, 2), steps=(1, 2), norm=norm)
    objective = ContrastiveHinge(projector=Linear(8), gradient_block=gradient_block)
    learner = build(GROUP, encoder, FeatureFibre(motion=Near((2.0, 1.6))), objective, credit=rule, shape=(1, 9, 9))
    images = torch.rand(5, 1, 9, 9, generator=torch.Generator().manual_seed(0))
    learner.step(Batch(images), torch.Generator().manual_seed(0))
    return torch.cat([p.grad.flatten() for p in learner.encoder.parameters() if p.grad is not None])
