"""A dense inverse learns to go back through a stage of any shape."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from homossl.credit import ConvInverse, DenseInverse


@pytest.mark.parametrize("shape", [(6,), (3, 5), (4, 3, 2), (2, 3, 3, 3)])
def test_it_gives_the_shape_that_it_came_from(shape):
    x = torch.randn(4, *shape)
    stage = nn.Sequential(nn.Flatten(), nn.Linear(x[0].numel(), 7))
    z = stage(x)
    assert DenseInverse().build(stage, x, z)(z).shape == x.shape
    assert DenseInverse(bounded=True).build(stage, x, z)(1000 * z).abs().max() <= 1


def test_control_a_convolution_cannot_invert_it():
    x = torch.randn(4, 3, 5)
    with pytest.raises(ValueError, match=r"feature maps \(b c h w\)"):
        ConvInverse().build(nn.Identity(), x, x)


def test_it_can_invert_what_is_linear():
    x = torch.randn(64, 2, 3, generator=torch.Generator().manual_seed(0))
    inverse = DenseInverse().build(nn.Identity(), x, x)
    optimiser = torch.optim.Adam(inverse.parameters(), lr=0.03)
    before = (inverse(x) - x).square().mean().item()
    for _ in range(200):
        optimiser.zero_grad()
        (inverse(x) - x).square().mean().backward()
        optimiser.step()
    assert (inverse(x) - x).square().mean() < 1e-3 * before
