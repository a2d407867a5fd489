"""Convolutions are homomorphisms of shifts, exactly where they wrap around; weights of regions are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO2, Affine1, Cyclic, SemidirectProduct, Torus, Translation
from groups.strategies import elements
from homossl.encoders import CNN, Encoder, ShiftCNN
from homossl.encoders.architecture import parameters
from homossl.learner import build
from homossl.objectives import GroupCorrelation, InfoNCE, Readout
from homossl.types import Batch
from homossl.verify import check
from homossl.views import FeatureFibre, InputAugmentation, Near, Window

SMALL = ShiftCNN(widths=(4, 6, 8), regions=2)
EXACT: list[Any] = [(Torus(8, 12), (1, 8, 12)), (Cyclic(16), (2, 16))]
BOUNDED: list[Any] = [(Translation(2), (1, 48, 48)), (Translation(1), (2, 48))]


def built(architecture, group, shape) -> Encoder:
    """An encoder with batch statistics of its own, in float64 evaluation mode."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = architecture.on(group, shape).double()
        encoder(torch.rand(16, *shape, dtype=torch.float64))
    return encoder.eval()


def samples(shape, n: int = 3) -> torch.Tensor:
    return torch.rand(n, *shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def miss(encoder, g, x) -> float:
    moved = encoder(encoder.action_in(g, x))
    return ((moved - encoder.action_out(g, encoder(x))).norm() / moved.norm()).item()


@pytest.mark.parametrize(("group", "shape"), EXACT, ids=str)
@given(data=st.data())
def test_whole_shifts_around_the_grid_are_exact(group, shape, data) -> None:
    assert miss(built(SMALL, group, shape), data.draw(elements(group, (3,))), samples(shape)) < 1e-10


@pytest.mark.parametrize(("group", "shape"), EXACT, ids=str)
def test_control_without_sharing_they_are_not(group, shape) -> None:
    plain = built(replace(SMALL, structure="plain"), group, shape)
    g = group.element([5] if shape[1:] == (16,) else [3, 5])
    assert miss(plain, g, samples(shape)) > 0.3


@pytest.mark.parametrize(("group", "shape"), [(Torus(4, 4), (1, 4, 4)), (Cyclic(8), (2, 8))], ids=str)
def test_verification_agrees(group, shape) -> None:
    x = samples(shape)
    assert check(built(SMALL, group, shape), x=x).passed
    assert not check(built(replace(SMALL, structure="plain"), group, shape), x=x).passed


@pytest.mark.parametrize(("group", "shape"), BOUNDED, ids=str)
def test_whole_strides_are_exact_away_from_the_border(group, shape) -> None:
    """Sounds with silence around them, wider than what a feature sees, lose nothing to the border."""
    encoder = built(replace(SMALL, steps=(2, 2, 1)), group, shape)
    x = torch.zeros(3, *shape, dtype=torch.float64)
    middle = (..., *[slice(side // 2 - 2, side // 2 + 2) for side in shape[1:]])
    x[middle] = samples(x[middle].shape[1:])
    g = group.element([4.0] if group == Translation(1) else [4.0, -4.0]).to(torch.float64)
    inside = (..., *[slice(4, -4) for _ in shape[1:]])
    moved, expected = encoder(encoder.action_in(g, x)), encoder.action_out(g, encoder(x))
    background = encoder(torch.zeros_like(x))
    varies = (expected - background)[inside].norm()
    assert (moved - expected)[inside].norm() < 1e-10 * varies
    half = group.exp(-0.5 * group.log(g))
    assert (encoder(encoder.action_in(half, x)) - expected)[inside].norm() > 0.1 * varies  # control


@pytest.mark.parametrize(("group", "shape"), EXACT + BOUNDED, ids=str)
def test_plain_twins_have_about_as_many_parameters_and_the_same_claim(group, shape) -> None:
    tied, free = (replace(ShiftCNN(regions=2), structure=s).on(group, shape) for s in ("steerable", "plain"))  # type: ignore
    assert parameters(free.stages) == pytest.approx(parameters(tied.stages), rel=0.1)  # type: ignore[arg-type]
    assert type(free.action_out) is type(tied.action_out)
    assert free.action_in == tied.action_in


@pytest.mark.parametrize(("group", "shape"), EXACT, ids=str)
def test_moved_features_are_features_of_moved_samples_in_every_window(group, shape) -> None:
    """H-SSL and A-SSL with the same draws have the same loss; of a plain twin they have not."""
    side = 6
    window, motion = Window(side), Near(0.7 if shape[1:] == (16,) else 2.0)

    def gap(structure) -> float:
        losses = []
        for views in (FeatureFibre, InputAugmentation):
            learner = build(
                group, SMALL, views(motion=motion, window=window), InfoNCE(), shape=shape, structure=structure
            )
            learner.double().eval()
            losses.append(learner.step(Batch(samples(shape, 8)), torch.Generator().manual_seed(0)).value)
        return (losses[0] - losses[1]).abs().item()

    assert gap("intact") < 1e-9
    assert gap("untied") > 1e-3


@pytest.mark.parametrize(("group", "shape"), EXACT, ids=str)
def test_the_shift_is_read_from_the_correlation_of_two_views(group, shape) -> None:
    objective = GroupCorrelation(readout=Readout(pool=False))
    learner = build(group, SMALL, InputAugmentation(), objective, shape=shape).double().eval()
    terms = learner.step(Batch(samples(shape, 8)), torch.Generator().manual_seed(0)).terms
    assert terms["accuracy"] == 1
    assert terms["distance"] == 0


def test_the_image_encoder_takes_spectrograms_too() -> None:
    encoder = built(CNN(fields=(4, 4), steps=(1, 1)), Torus(8, 12), (1, 8, 12))
    assert miss(encoder, Torus(8, 12).element([3, 5]), samples((1, 8, 12))) < 1e-10


@pytest.mark.parametrize(
    ("error", "match", "make"),
    [
        (ValueError, "as many widths as steps", lambda: ShiftCNN(widths=(4,), steps=(1, 1))),
        (ValueError, "as many widths as steps", lambda: ShiftCNN(widths=(0,), steps=(1,))),
        (ValueError, "odd kernel", lambda: ShiftCNN(kernel=4)),
        (ValueError, "regions >= 1", lambda: ShiftCNN(regions=0)),
        (ValueError, "structure", lambda: ShiftCNN("free")),  # type: ignore[arg-type]
        (ValueError, r"signals \(c t\) or spectrograms", lambda: SMALL.on(Cyclic(4), (4,))),
        (TypeError, "takes shifts, Torus or Translation", lambda: SMALL.on(Cyclic(8), (1, 8, 8))),
        (TypeError, "takes shifts", lambda: SMALL.on(SemidirectProduct(Torus(8, 8), Cyclic(4)), (1, 8, 8))),
        (TypeError, "takes shifts", lambda: SMALL.on(Affine1(), (1, 8))),
        (TypeError, "takes shifts", lambda: SMALL.on(SO2(), (1, 8, 8))),
        (ValueError, "strides break the shifts", lambda: replace(SMALL, steps=(1, 2, 1)).on(Cyclic(8), (1, 8))),
    ],
)
def test_what_does_not_fit_is_refused(error, match, make) -> None:
    with pytest.raises(error, match=match):
        make()
