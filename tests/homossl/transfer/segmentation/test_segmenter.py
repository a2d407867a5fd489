"""The mask of a turned image is the turned mask, where backbone and decoder are tied by the group."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
import torch
from hypothesis import given, settings
from torch import nn

from groups import Cyclic, Dihedral, FieldAction, SemidirectProduct, Torus, Trivial, image_action
from groups.laws import equivariance
from groups.strategies import elements
from homossl.encoders import CNN, CONV6, Encoder, ResNet18, Stage
from homossl.transfer import backbone_of
from homossl.transfer.segmentation import plain_segmenter, steerable_segmenter
from homossl.verify import check

CLASSES = 4
CASES = {
    "C4": (Cyclic(4), CNN(fields=(1, 2, 2), steps=(1, 2, 2)), 17),
    "C4, a stride at the entrance": (Cyclic(4), CNN(fields=(1, 2), steps=(2, 2)), 17),
    "C4, blocks of an even grid": (Cyclic(4), CONV6(width=4), 16),
    "C8, residual": (Cyclic(8), ResNet18(width=8), 17),
    "D4": (Dihedral(4), CNN(fields=(1, 1), steps=(1, 2)), 9),
    "C1": (Cyclic(1), CNN(fields=(2, 2), steps=(1, 2)), 9),
    "p4": (SemidirectProduct(Torus(5, 5), Cyclic(4)), CNN(fields=(1, 2), steps=(1, 1)), 5),
}


@lru_cache
def segmenter(case, make=steerable_segmenter, structure="steerable"):
    """One in float64, with the statistics of some images."""
    group, architecture, size = CASES[case]
    torch.manual_seed(0)
    encoder = replace(architecture, structure=structure).build(group, 1, size)
    made = make(backbone_of(encoder, (1, size, size)), 8, CLASSES).double()
    made(images(case))
    return made.eval()


def images(case):
    size = CASES[case][2]
    return torch.rand(2, 1, size, size, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def moves(case):
    """Elements that move pixels onto pixels: every second one of C8, and all of the others."""
    group = CASES[case][0]
    return elements(Cyclic(4)).map(lambda g: group.element(2 * g.params)) if group == Cyclic(8) else elements(group)


def residual(model, case, g):
    action_in, action_out = (image_action(CASES[case][0], channels) for channels in (1, CLASSES))
    return equivariance(model, action_in, action_out, g, images(case)).item()


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("case", CASES)
def test_logits_turn_with_the_image(case, training):
    model = segmenter(case).train(training)

    @settings(max_examples=5)
    @given(moves(case))
    def holds(g):
        assert residual(model, case, g) < 1e-10

    holds()


@pytest.mark.parametrize(
    ("make", "structure"), [(plain_segmenter, "steerable"), (steerable_segmenter, "plain")], ids=["fcn", "plain twin"]
)
@pytest.mark.parametrize("case", ["C4", "D4", "p4"])
def test_control_without_tied_weights_they_do_not(case, make, structure):
    turn = CASES[case][0].elements()[1]
    assert residual(segmenter(case, make, structure).eval(), case, turn) > 1e-2


@pytest.mark.parametrize(("make", "same"), [(steerable_segmenter, True), (plain_segmenter, False)])
def test_the_mask_of_a_turned_image_is_the_turned_mask(make, same):
    model, x = segmenter("C4", make).eval(), images("C4")
    mask = model(x).argmax(1)
    assert len(mask.unique()) > 1
    assert torch.equal(model(x.rot90(1, (2, 3))).argmax(1), mask.rot90(1, (1, 2))) == same


def test_what_a_segmenter_claims_can_be_checked():
    model = segmenter("C4").eval()
    report = check(model, x=images("C4"))
    assert report.passed
    assert report.target == FieldAction(Cyclic(4), Trivial(Cyclic(4), CLASSES))
    assert any(layer.name.startswith("decoder.sides") for layer in report.layers)


def test_of_a_plain_twin_the_check_finds_the_backbone_at_fault_and_not_the_decoder():
    report = check(segmenter("C4", steerable_segmenter, "plain").eval(), x=images("C4"))
    assert report.faults
    assert all(layer.name.startswith("backbone") for layer in report.faults)


def test_a_plain_decoder_claims_nothing():
    model = segmenter("C4", plain_segmenter)
    assert (model.action_in, model.action_out) == (None, None)
    with pytest.raises(TypeError, match="the source is a group action"):
        check(model)


class Unknown(nn.Module):
    """An encoder of which nothing is known."""

    def __init__(self):
        super().__init__()
        self.fine, self.coarse = nn.Conv2d(1, 5, 3, padding=1), nn.Conv2d(5, 7, 3, 2)

    def forward(self, x):
        return self.coarse(self.fine(x)).mean((2, 3))


def test_a_backbone_without_actions_takes_the_plain_decoder_only():
    backbone = backbone_of(Unknown(), (1, 12, 12))
    assert plain_segmenter(backbone, 3, CLASSES)(torch.rand(2, 1, 12, 12)).shape == (2, CLASSES, 12, 12)
    with pytest.raises(ValueError, match="it is not of 2 of these 2 levels: use head='fcn'"):
        steerable_segmenter(backbone, 3, CLASSES)


def test_fibres_that_are_not_regular_are_refused():
    field = image_action(Cyclic(4), 1)
    backbone = backbone_of(Encoder([Stage(nn.Conv2d(1, 1, 1), field, field)]), (1, 9, 9))
    with pytest.raises(TypeError, match="copies of a regular representation"):
        steerable_segmenter(backbone, 8, CLASSES)


@pytest.mark.parametrize("width", [1, 7])
def test_any_width_has_room_for_a_field(width):
    backbone = backbone_of(CNN(fields=(1, 1), steps=(1, 2)).build(Cyclic(4), 1, 9), (1, 9, 9))
    assert steerable_segmenter(backbone, width, 2)(torch.rand(2, 1, 9, 9)).shape == (2, 2, 9, 9)


def test_a_tied_decoder_has_more_channels_for_no_more_weights():
    backbone = backbone_of(CNN(fields=(2, 2), steps=(1, 2)).build(Cyclic(8), 1, 9), (1, 9, 9))
    makes = steerable_segmenter, plain_segmenter
    tied, free = (sum(p.numel() for p in make(backbone, 16, 3).decoder.parameters()) for make in makes)
    assert free / 2 < tied < free
