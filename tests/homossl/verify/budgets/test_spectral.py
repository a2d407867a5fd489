"""Band-limited fields move exactly by the cardinal series, and not bilinearly."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from groups import SE2, SO2, Cyclic, Element, FieldAction, Regular, image_action
from groups.strategies import elements
from homossl.verify.budgets.spectral import band_limited, refined, spectral
from proofs_check.laws import action_composition, action_identity, relative_error

TURNS, MOTIONS, SIZE = image_action(SO2()), image_action(SE2()), 33
EIGHTH = SO2().element([math.pi / 4], dtype=torch.float64)


def field(size: int = SIZE, action: FieldAction = TURNS) -> Tensor:
    """A field within its band and its support to nine digits."""
    return band_limited(action, 1, size, 16.0, torch.Generator().manual_seed(0), floor=1e-9)


@given(elements(SO2()), elements(SO2()))
@settings(max_examples=15)
def test_turns_compose(g: Element, h: Element) -> None:
    assert action_composition(spectral(TURNS), g, h, field()) < 1e-7


def test_control_bilinear_turns_do_not_compose() -> None:
    assert action_composition(TURNS, EIGHTH, EIGHTH, field()) > 1e-2


def test_identity_and_quarter_turns_are_those_of_the_lattice() -> None:
    g = SO2().element([math.pi / 2], dtype=torch.float64)
    assert action_identity(spectral(TURNS), field()) < 1e-14
    assert relative_error(spectral(TURNS)(g, field()), TURNS(g, field())) < 1e-13


def test_fibres_move_as_they_do() -> None:
    action, g = FieldAction(Cyclic(8), Regular(Cyclic(8))), Cyclic(8).element([2])
    x = field(action=action)
    assert relative_error(spectral(action)(g, x), action(g, x)) < 1e-13


@given(elements(SE2()))
@settings(max_examples=8)
def test_moving_and_refining_commute(g: Element) -> None:
    g = Element(g.group, g.params * 0.1)
    moved = spectral(MOTIONS, 2)(g, refined(field(), 2))[..., ::2, ::2]
    assert relative_error(moved, spectral(MOTIONS)(g, field())) < 1e-7


def test_refined_fields_are_the_same_fields_on_finer_grids() -> None:
    fine = field(2 * SIZE - 1)
    assert relative_error(fine[..., ::2, ::2], field()) < 1e-13
    assert relative_error(refined(field(), 2), fine) < 1e-8


def test_control_bilinear_refinement_is_another_field() -> None:
    fine = torch.nn.functional.interpolate(field(), (2 * SIZE - 1,) * 2, mode="bilinear", align_corners=True)
    assert relative_error(fine, field(2 * SIZE - 1)) > 1e-2


def test_control_noise_has_no_band() -> None:
    noise = torch.randn(1, 1, SIZE, SIZE, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert action_composition(spectral(TURNS), EIGHTH, EIGHTH, noise) > 0.1


@pytest.mark.parametrize("band", [5.0, 17.0])
def test_a_band_that_does_not_fit_is_refused(band: float) -> None:
    with pytest.raises(ValueError, match=f"grid of 33 have bands above 5.86 up to 16 cycles, got {band:g}"):
        band_limited(TURNS, 1, SIZE, band, torch.Generator())
