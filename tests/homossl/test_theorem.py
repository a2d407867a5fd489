"""H-SSL = A-SSL: with a homomorphic encoder, the loss and every gradient are the same for the same draw (hssl.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import Cyclic, Element, Group
from groups.strategies import elements
from homossl.encoders import CNN
from homossl.layers import lattice_turns
from homossl.learner import Learner, build
from homossl.objectives import MLP, InfoNCE
from homossl.types import Batch
from homossl.views import FeatureFibre, FullOrbit, InputAugmentation, Motion, ViewSource, Window
from proofs_check.laws import relative_error, same_step
from proofs_check.learners import OBJECTIVES, SETTINGS, SHAPE, pad_with_zeros


@dataclass(frozen=True)
class Given(Motion):
    """Motions chosen beforehand, (2 b)."""

    g: Element

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        return self.g[:, :n]


def waves(*shape: int, rate: float) -> torch.Tensor:
    """Smooth, generic numbers that a single rate names."""
    return torch.sin(rate * torch.arange(1.0, 1 + torch.Size(shape).numel(), dtype=torch.float64)).reshape(shape)


def learner(group: Group, encoder: CNN, objective: str, views: ViewSource, rate: float) -> Learner:
    made = build(group, encoder, views, *OBJECTIVES[objective], shape=SHAPE).double()
    with torch.no_grad():
        for p in made.parameters():
            p += 0.1 * p.std(correction=0) * waves(*p.shape, rate=rate)
    return made


def residual(group, encoder, objective, g, window, rate, spoil=lambda made: None) -> float:
    views = [kind(motion=Given(g), window=window) for kind in (InputAugmentation, FeatureFibre)]
    one, other = (learner(group, encoder, objective, v, rate) for v in views)
    spoil(one), spoil(other)
    return same_step(one, other, Batch(waves(g.shape[1], *SHAPE, rate=1.7 * rate))).item()


WINDOWS = [Window(), Window(1), Window(3), Window(3, fibre=1)]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("name", SETTINGS)
def test_same_loss_and_gradients(name, objective):
    group, encoder = SETTINGS[name]

    @settings(max_examples=6)
    @given(st.data(), st.integers(2, 5), st.sampled_from(WINDOWS), st.floats(0.3, 3))
    def check(data, batch, window, rate):
        g = data.draw(elements(group, (2, batch)))
        assert residual(group, encoder, objective, g, window, rate) < 1e-10

    check()


def far_draw(group: Group, batch: int = 4) -> Element:
    """Motions none of which is the identity."""
    return group.elements()[1 + torch.arange(2 * batch).reshape(2, batch) % (group.order - 1)]  # type: ignore


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("name", ["C4", "D4", "p4"])
def test_control_untied_filters_miss(name, objective):
    group, encoder = SETTINGS[name]
    untied = replace(encoder, structure="plain", fields=(2, 2))
    assert residual(group, untied, objective, far_draw(group), Window(), rate=0.9) > 1e-3


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_control_zero_padding_on_the_torus_misses(objective):
    group, encoder = SETTINGS["torus"]
    assert residual(group, encoder, objective, far_draw(group), Window(), rate=0.9, spoil=pad_with_zeros) > 1e-3


def test_lattice_turns_of_c8_are_those_of_c4():
    assert lattice_turns(Cyclic(8)).params.flatten().tolist() == [0, 2, 4, 6]


@pytest.mark.parametrize(("name", "apart"), [("C4", 0.0), ("D4", 0.0), ("p4", 0.0), ("C4 untied", 1e-3)])
def test_an_orbit_is_the_mean_over_all_pairs_of_moved_inputs(name, apart):
    """One pass for all views of H-SSL, and two for each of the pairs of A-SSL: the same loss and gradients."""
    group, encoder = SETTINGS[name.split()[0]]
    encoder = replace(encoder, structure="plain", fields=(2, 2)) if "untied" in name else encoder
    orbit, batch = FullOrbit(), Batch(waves(3, *SHAPE, rate=1.7))
    one = orbit_learner(group, encoder, orbit)
    moved = one.views.elements()[:, None].expand(-1, 3)  # type: ignore[operator]
    total, pairs = one.step(batch, torch.Generator()).value, list(combinations(range(len(moved)), 2))
    other = orbit_learner(group, encoder, InputAugmentation())
    values = []
    for i, j in pairs:
        other.views = replace(other.views, motion=Given(moved[[i, j]]))
        values.append(other.step(batch, torch.Generator()).value)
    gradients = [torch.cat([p.grad.flatten() for p in made.parameters()]) for made in (one, other)]
    losses = total, sum(values) / len(pairs)
    residual = max(relative_error(*losses), relative_error(gradients[0], gradients[1] / len(pairs)))
    assert residual < 1e-10 if not apart else residual > apart


def orbit_learner(group: Group, encoder: CNN, views: ViewSource) -> Learner:
    """Without batch statistics in the head, which are those of two views or of all."""
    return build(group, encoder, views, InfoNCE(projector=MLP(8, 8, norm=False)), shape=SHAPE).double()
