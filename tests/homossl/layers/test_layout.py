"""Gradients arrive at a stage in the layout of its features, and are what they would be in another."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from groups import Cyclic
from homossl.credit import Backprop, GreedyLayerwise
from homossl.encoders import CONV6
from homossl.layers import keep_layout
from homossl.learner import build
from homossl.objectives import InfoNCE, Linear
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, Uniform, Window

LAST = torch.channels_last
MAP = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("own", [torch.contiguous_format, LAST])
@pytest.mark.parametrize("other", [torch.contiguous_format, LAST])
def test_a_gradient_arrives_in_the_layout_of_the_features(own, other):
    x = MAP.clone(memory_format=own).requires_grad_()
    layouts, gradient = [], torch.randn(2, 3, 4, 4).contiguous(memory_format=other)
    kept = keep_layout(x * 1)
    kept.register_hook(lambda g: layouts.append(g.is_contiguous(memory_format=own)))
    kept.backward(gradient)
    assert layouts == [True]
    assert torch.equal(x.grad, gradient)  # type: ignore[arg-type]


@pytest.mark.parametrize("x", [MAP[:, :, 0, 0], MAP, torch.zeros(3)], ids=lambda x: f"{x.ndim} axes")
def test_features_that_do_not_learn_and_those_of_any_shape_are_left_as_they_are(x):
    assert keep_layout(x) is x
    y = x.clone().requires_grad_() * 1
    assert keep_layout(y) is y
    y.sum().backward()


def layouts(source: type, credit) -> list[bool]:
    """Whether the gradient that each max-pooling gets lies as what it gave does."""
    views, found = source(motion=Uniform(), window=Window(pixels=16)), []
    learner = build(Cyclic(4), CONV6(width=8), views, InfoNCE(projector=Linear(8)), credit=credit, shape=(3, 32, 32))
    for pool in (module for module in learner.encoder.modules() if isinstance(module, nn.MaxPool2d)):
        pool.register_forward_hook(lambda *call: compare(call[-1], found))
    learner.step(Batch(torch.rand(4, 3, 32, 32)), torch.Generator().manual_seed(0))
    return found


def compare(out: Any, found: list[bool]) -> None:
    strides = out.stride()
    out.grad_fn.register_prehook(lambda gradients: found.append(gradients[0].stride() == strides))


@pytest.mark.parametrize("credit", [Backprop(), GreedyLayerwise()])
@pytest.mark.parametrize("source", [FeatureFibre, InputAugmentation])
def test_no_pooling_gets_a_gradient_in_another_layout(source, credit, monkeypatch):
    assert layouts(source, credit) == [True] * 3
    monkeypatch.setattr("homossl.learner.keep_layout", lambda features: features)
    monkeypatch.setattr("homossl.learner.laid_out", lambda x: x)
    assert not all(layouts(source, credit)), "the control"
