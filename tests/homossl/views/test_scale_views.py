"""A-SSL and H-SSL with turns and zooms: the same where nothing is interpolated, near where little is clipped."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import Cyclic, DirectProduct, Element, Group, Scale, Similarity2
from homossl.credit import FeedbackAlignment, GreedyLayerwise
from homossl.encoders import ScaleCNN
from homossl.learner import Learner, build
from homossl.objectives import MLP, Bins, InfoNCE, InverseModel
from homossl.structure import Structure
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, Motion, Near, ViewSource, Window
from proofs_check.laws import relative_error, same_step
from proofs_check.learners import OBJECTIVES

GROUP, STEP = DirectProduct(Cyclic(4), Scale()), math.log(2) / 3
ENCODER = ScaleCNN(fields=(1, 2), steps=(1, 2), scales=2, turns=4, pixels=5, reach=2)
NEAR = Near((0.4, 0.2, 1.0, 1.0))


@dataclass(frozen=True)
class Given(Motion):
    """Motions chosen beforehand, (2 b)."""

    g: Element

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        return self.g[:, :n]


def images(n: int) -> torch.Tensor:
    return torch.rand(n, 1, 17, 17, dtype=torch.float64, generator=torch.Generator().manual_seed(n))


def pair(turns: list[list[int]], zoom: float, window: Window, objective: str, encoder: ScaleCNN) -> list[Learner]:
    g = torch.tensor(turns, dtype=torch.float64)
    motion = Given(GROUP.element(torch.stack([g, zoom * torch.ones_like(g)], dim=-1)))
    kinds: list[ViewSource] = [kind(motion=motion, window=window) for kind in (InputAugmentation, FeatureFibre)]
    return [build(GROUP, encoder, views, *OBJECTIVES[objective], shape=(1, 17, 17)).double() for views in kinds]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("window", [Window(), Window(3), Window(3, fibre=2), Window(5, mean=True)], ids=str)
def test_same_loss_and_gradients_under_quarter_turns(objective, window) -> None:
    @settings(max_examples=3)
    @given(turns=st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=2))
    def check(turns) -> None:
        assert same_step(*pair(turns, 0.0, window, objective, ENCODER), Batch(images(3))) < 1e-10

    check()


def test_controls_miss() -> None:
    turns, whole = [[1, 2, 3], [0, 0, 2]], Window()
    plain = ScaleCNN("plain", fields=(1, 2), steps=(1, 2), scales=2, turns=4)
    assert same_step(*pair(turns, 0.0, whole, "InfoNCE", plain), Batch(images(3))) > 1e-3
    assert same_step(*pair(turns, STEP, whole, "InfoNCE", ENCODER), Batch(images(3))) > 1e-3  # clipped, resampled


@pytest.mark.parametrize("views", [FeatureFibre, InputAugmentation])
@pytest.mark.parametrize("structure", ["intact", "untied", "permuted_base", "random_orthogonal", "broken_order"])
def test_steps_with_small_similarities(views, structure: Structure) -> None:
    if structure == "random_orthogonal" and views is InputAugmentation:
        return
    for objective in (InfoNCE(projector=MLP(16, 8)), InverseModel(code=Bins(3, (-1.0,) * 4, (1.0,) * 4))):
        source = views(motion=NEAR, window=Window(3))
        learner = build(Similarity2(), ENCODER, source, objective, shape=(1, 17, 17), structure=structure)
        learner.step(Batch(images(4).float()), torch.Generator().manual_seed(0))
        gradients = [p.grad for p in learner.encoder.parameters()]
        assert all(g is not None and g.isfinite().all() for g in gradients)
        assert sum(float(g.abs().sum()) for g in gradients if g is not None) > 0


@pytest.mark.parametrize("rule", [GreedyLayerwise(), FeedbackAlignment("fixed")], ids=["greedy", "feedback"])
def test_credit_rules(rule) -> None:
    views = FeatureFibre(motion=NEAR, window=Window(pixels=6))
    learner = build(Similarity2(), ENCODER, views, InfoNCE(projector=MLP(16, 8)), credit=rule, shape=(1, 17, 17))
    learner.step(Batch(images(4).float()), torch.Generator().manual_seed(0))
    weights = [p for name, p in learner.encoder.named_parameters() if name.endswith("weights")]
    assert all(w.grad is not None and w.grad.abs().sum() > 0 for w in weights)


def test_windows_are_read_in_place() -> None:
    encoder = ENCODER.build(Similarity2(), 1, 17).double()
    action: Any = encoder.action_out
    z, g = (
        encoder(images(3)),
        Similarity2().ball((0.4, 0.2, 1.0, 1.0), 2, 3, generator=torch.Generator().manual_seed(0)),
    )
    window = Window(3)
    assert relative_error(window.read(action, g, z), window.crop(action, action(g, z))) < 1e-6
    assert relative_error(window.read(action, g, z), window.crop(action, z).expand(2, -1, -1, -1, -1)) > 0.1
