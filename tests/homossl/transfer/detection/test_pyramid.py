"""The way down the pyramid turns with the features; levels are those asked for, and coarser ones for larger objects."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import Tensor
from torchvision.ops import FeaturePyramidNetwork

from groups import Dihedral, image_action
from groups.strategies import elements
from homossl.transfer import Level
from homossl.transfer.detection.pyramid import Pyramid, halved, with_coarser

D4 = Dihedral(4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(elements(D4))
def test_the_way_down_turns_with_the_features(backbone, keeps_corner, g):
    pyramid = pointwise(Pyramid(backbone(33), width=32, finest=2, size=33).double())
    generator = torch.Generator().manual_seed(0)
    features = [
        torch.rand(1, level.channels, n, n, dtype=torch.float64, generator=generator)
        for level, n in zip(pyramid.body.levels, (17, 9, 5), strict=True)
    ]
    residual = turned_residual(pyramid.merged, g, features)
    assert residual < 1e-10
    theirs = turned_residual(lambda z: by_torchvision(pyramid, z), g, features)
    assert theirs < 1e-10 if keeps_corner(g) else theirs > 1e-3


def by_torchvision(pyramid: Pyramid, features: list[Tensor]) -> list[Tensor]:
    """The same weights, with the nearest index on the way down."""
    named = {str(k): z for k, z in enumerate(features)}
    return list(FeaturePyramidNetwork.forward(pyramid, named).values())


def pointwise(pyramid: Pyramid) -> Pyramid:
    """Leave only the middle weights of 3 x 3 convolutions, which no turn moves."""
    for block in pyramid.layer_blocks:
        keep = torch.zeros(3, 3, dtype=torch.float64)
        keep[1, 1] = 1
        block[0].weight.data.mul_(keep)  # type: ignore[index]
    return pyramid


def turned_residual(f: Callable[[list[Tensor]], list[Tensor]], g, features: list[Tensor]) -> float:
    with torch.no_grad():
        before = [image_action(D4, z.shape[1])(g, z) for z in f(features)]
        after = f([image_action(D4, z.shape[1])(g, z) for z in features])
    return max((a - b).abs().max().item() for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("size", "finest", "strides", "cells"),
    [(33, 2, [2, 4, 8], [17, 9, 5]), (65, 4, [4, 8, 16], [17, 9, 5]), (65, 99, [8, 16], [9, 5])],
)
def test_levels_are_those_asked_for_and_coarser_ones(backbone, size, finest, strides, cells):
    pyramid = Pyramid(backbone(size), width=32, finest=finest, size=size)
    maps = pyramid(torch.rand(1, 1, size, size))
    assert [level.stride for level in pyramid.levels] == strides
    assert [p.shape for p in maps.values()] == [(1, 32, n, n) for n in cells]


def test_coarser_levels_lie_where_they_say():
    at = torch.arange(9.0)[None, None, None].expand(1, 1, 9, 9)
    assert halved(at, aligned=True)[0, 0, 0].tolist() == [0, 2, 4, 6, 8]
    assert halved(at, aligned=False)[0, 0, 0].tolist() == [0.5, 2.5, 4.5, 6.5]
    levels = with_coarser([Level(8, 4, True)], size=128)
    assert [level.stride for level in levels] == [4, 8, 16, 32]
