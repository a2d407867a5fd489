"""H-SSL = A-SSL on voxels, under the motions of the cube: the loss and every gradient, for any draw."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import Element, Group, Octahedral
from groups.strategies import elements
from homossl.encoders import VoxelCNN
from homossl.learner import build
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, Motion, Window
from proofs_check.claims.voxels_same_step import claim
from proofs_check.examples import noise
from proofs_check.laws import same_step
from proofs_check.learners import FROM_MOTIONS, OBJECTIVES

O, SIDE = Octahedral(), 5
ENCODER = VoxelCNN(fields=(1, 1), steps=(1, 2))
WINDOWS = [Window(), Window(1), Window(2), Window(3, fibre=1), Window(1, mean=True)]


class Given(Motion):
    """Motions chosen beforehand, (2 b)."""

    def __init__(self, g: Element) -> None:
        self.g = g

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        return self.g[:, :n]


def residual(encoder: VoxelCNN, objective: str, g: Element, window: Window, side: int = SIDE) -> float:
    made_of = (OBJECTIVES | FROM_MOTIONS)[objective]
    views = [kind(motion=Given(g), window=window) for kind in (InputAugmentation, FeatureFibre)]
    one, other = (build(O, encoder, v, *made_of, shape=(1, *3 * (SIDE,))).double() for v in views)
    return same_step(one, other, Batch(noise(g.shape[1], 1, side, side, side))).item()


@pytest.mark.parametrize("objective", ["InfoNCE", "VICReg"])
def test_same_loss_and_gradients(objective) -> None:
    @settings(max_examples=4)
    @given(st.data(), st.integers(2, 4), st.sampled_from(WINDOWS))
    def check(data, batch, window):
        assert residual(ENCODER, objective, data.draw(elements(O, (2, batch))), window) < 1e-10

    check()


@settings(max_examples=3)
@given(st.data())
def test_where_the_motion_is_what_is_learned(data) -> None:
    assert residual(ENCODER, "GroupCorrelation", data.draw(elements(O, (2, 3))), Window()) < 1e-10


def test_controls_untied_filters_and_even_grids_miss() -> None:
    g = O.elements()[torch.arange(1, 9).reshape(2, 4)]
    assert residual(ENCODER, "InfoNCE", g, Window()) < 1e-10
    assert residual(replace(ENCODER, structure="plain"), "InfoNCE", g, Window()) > 1e-3
    assert residual(ENCODER, "InfoNCE", g, Window(), side=6) > 1e-3


def test_the_claim_covers_every_objective() -> None:
    assert {case.name.split(",")[0] for case in claim.cases} == {*OBJECTIVES, *FROM_MOTIONS}
