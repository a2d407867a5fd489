from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from groups import Cyclic, Trivial, image_action
from groups.strategies import elements
from homossl.data import Digits
from homossl.encoders import CNN, CONV6, Encoder, ResNet18, Stage
from homossl.recipes import hssl, turned_solids
from homossl.train import train
from homossl.transfer import Backbone, backbone_of
from homossl.views import FeatureFibre

C4 = Cyclic(4)


def strides(backbone: Backbone) -> list[int]:
    return [level.stride for level in backbone.levels]


def features(backbone: Backbone, x: torch.Tensor) -> list[torch.Tensor]:
    with torch.no_grad():
        return backbone.eval()(x)


@pytest.mark.parametrize(
    ("architecture", "size", "expected"),
    [(CNN(fields=(1, 1, 2)), 9, [1, 2, 4]), (ResNet18(width=8), 17, [1, 2, 4, 8]), (CONV6(width=4), 16, [1, 2, 4, 8])],
)
def test_there_is_a_level_for_each_resolution(architecture, size, expected):
    backbone = backbone_of(architecture.build(C4, 1, size), (1, size, size))
    assert strides(backbone) == expected
    shapes = [(z.shape[1], z.shape[2]) for z in features(backbone, torch.rand(2, 1, size, size))]
    assert shapes == [(level.channels, -(-size // level.stride)) for level in backbone.levels]
    assert {level.aligned for level in backbone.levels[1:]} == {size % 2 == 1}


@cache
def doubled(structure: str) -> Backbone:
    encoder = CNN(structure, fields=(2, 2, 2)).build(C4, 1, 9).double()  # type: ignore[arg-type]
    return backbone_of(encoder, (1, 9, 9)).double()


@given(elements(C4), st.sampled_from(["steerable", "plain"]))
def test_levels_keep_their_actions_where_weights_are_tied(g, structure):
    backbone = doubled(structure)
    x = torch.rand(2, 1, 9, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    moved = features(backbone, image_action(C4, 1)(g, x))
    pairs = zip(backbone.levels, moved, features(backbone, x), strict=True)
    residual = max((a - level.action(g, z)).abs().max().item() for level, a, z in pairs if level.action)
    keeps = structure == "steerable" or g.params.item() == 0
    assert residual < 1e-10 if keeps else residual > 1e-3


def test_the_encoder_of_a_run_is_that_of_its_checkpoint(tmp_path):
    recipe = replace(hssl, data=Digits(9), epochs=0)
    learner = train(recipe, tmp_path / "run", show=False)
    x = torch.rand(2, 1, 9, 9)
    for source in (tmp_path / "run", str(tmp_path / "run" / "checkpoint.safetensors")):
        last = features(backbone_of(source, (1, 9, 9)), x)[-1]
        assert torch.equal(last, learner.encoder.eval()(x))


def test_a_foreign_model_has_levels_without_actions_and_reads_gray_images():
    backbone = backbone_of("torchvision:resnet18", (1, 33, 33))
    assert strides(backbone) == [2, 4, 8, 16, 32]
    assert {level.action for level in backbone.levels} == {None}
    assert {level.aligned for level in backbone.levels} == {True}
    gray = torch.rand(2, 1, 33, 33)
    (a, *_), (b, *_) = features(backbone, gray), features(backbone, gray.expand(-1, 3, -1, -1))
    torch.testing.assert_close(a, b)
    kept, pooled = backbone.readings(features(backbone, gray))
    assert kept.shape == (2, 512)
    assert torch.equal(kept, pooled)


def test_weights_of_a_foreign_model_follow_the_seed():
    x = torch.rand(1, 3, 33, 33)
    a, b, c = (features(backbone_of("torchvision:resnet18", (3, 33, 33), seed=s), x)[-1] for s in (0, 0, 1))
    assert torch.equal(a, b)
    assert not torch.allclose(a, c)


def test_the_readings_of_an_encoder_of_ours_are_its_own():
    encoder = CNN(fields=(1, 2), steps=(1, 2)).build(C4, 1, 9).eval()
    backbone, x = backbone_of(encoder, (1, 9, 9)), torch.rand(3, 1, 9, 9)
    with torch.no_grad():
        expected = encoder.readings(encoder(x))
    assert all(torch.equal(a, b) for a, b in zip(backbone.readings(features(backbone, x)), expected, strict=True))


def test_a_backbone_is_its_own():
    backbone = backbone_of(CNN(fields=(1,), steps=(1,)).build(C4, 1, 9), (1, 9, 9))
    assert backbone_of(backbone, (1, 9, 9)) is backbone


def test_what_has_no_maps_or_other_channels_is_refused(tmp_path):
    with pytest.raises(ValueError, match="images of 1 channels, got images of shape"):
        backbone_of(CNN(fields=(1,), steps=(1,)).build(C4, 1, 9), (3, 9, 9))
    with pytest.raises(ValueError, match="Sequential has no feature maps"):
        backbone_of(nn.Sequential(nn.Flatten(), nn.Linear(243, 2)), (1, 9, 9))
    with pytest.raises(ValueError, match="cannot read images of shape"):
        backbone_of(nn.Conv2d(3, 3, 3), (2, 9, 9))
    with pytest.raises(ValueError, match="expected a run, a checkpoint"):
        backbone_of(str(tmp_path / "nothing"), (1, 9, 9))
    twelve = Stage(nn.Flatten(), image_action(C4), Trivial(C4, 81))
    with pytest.raises(ValueError, match="fields on the plane"):
        backbone_of(Encoder([twelve]), (1, 9, 9))


def test_an_encoder_that_the_grid_does_not_fit_is_refused(tmp_path):
    strided = replace(hssl, group=C4, encoder=CNN(fields=(1, 1), steps=(1, 2)), views=FeatureFibre(), epochs=0)
    train(strided, tmp_path / "run", show=False)
    with pytest.raises(ValueError, match="does not fit images of shape"):
        backbone_of(tmp_path / "run", (1, 16, 16))


def test_transfer_is_for_images(tmp_path):
    train(replace(turned_solids, epochs=0), tmp_path / "run", show=False)
    with pytest.raises(ValueError, match="transfer is for encoders of images"):
        backbone_of(tmp_path / "run", (48, 3))
