"""What target propagation refuses: inverses, stages, numbers and states."""

from __future__ import annotations

import re
from typing import Any

import pytest
from three_stages import Rule, X, built, loss_at, stages
from torch import Tensor, nn

from homossl.credit import ConvInverse


class Borrowed(ConvInverse):
    """An inverse that holds the stage itself."""

    def build(self, stage: nn.Module, x: Tensor, z: Tensor) -> Any:
        inverse = super().build(stage, x, z)
        inverse.stage = stage
        return inverse


class Flat(ConvInverse):
    """An inverse that leaves the grid as it is."""

    def build(self, stage: nn.Module, x: Tensor, z: Tensor) -> Any:
        return nn.Conv2d(z.shape[1], x.shape[1], 1)


@pytest.mark.parametrize(
    ("inverse", "message"),
    [
        (Borrowed(), "stage 1: its inverse must have weights of its own"),
        (Flat(), r"stage 1: its inverse must give \(2, 4, 4, 4\) for \(2, 6, 2, 2\), got \(2, 4, 2, 2\)"),
    ],
)
def test_bad_inverses_are_named(inverse, message):
    with pytest.raises(ValueError, match=message):
        built(Rule(inverse=inverse), stages())


def test_a_stage_that_cannot_be_inverted_is_named():
    net = nn.ModuleList([*stages(), nn.Flatten()])
    with pytest.raises(ValueError, match="stage 3: ConvInverse cannot invert Flatten, give the rule another inverse"):
        built(Rule(), net)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0.0}, "alpha must be a finite number above 0, got 0.0"),
        ({"alpha": "0.5"}, "alpha must be a finite number above 0, got '0.5'"),
        ({"inverse_lr": float("nan")}, "inverse_lr must be a finite number above 0, got nan"),
        ({"sigma": -1.0}, "sigma must be a finite number, at least 0, got -1.0"),
        ({"sigma": None}, "sigma must be a finite number, at least 0, got None"),
        ({"inverse_steps": 1.5}, "inverse_steps must be a whole number, at least 0, got 1.5"),
        ({"seed": -1}, "seed must be a whole number, at least 0, got -1"),
        ({"reduction": "max"}, r"reduction must be one of \('mean', 'sum'\), got 'max'"),
    ],
)
def test_bad_numbers_are_named(options, message):
    with pytest.raises(ValueError, match=f"DifferenceTargetPropagation.{message}"):
        Rule(**options)


@pytest.mark.parametrize("inverse", [None, ConvInverse, nn.Conv2d(1, 1, 3), "conv"])
def test_what_is_no_inverse_is_named(inverse):
    with pytest.raises(TypeError, match=re.escape(f"inverse must be an Inverse, got {inverse!r}")):
        Rule(inverse=inverse)


def test_bad_states_are_named():
    with pytest.raises(ValueError, match="needs the Inverses that its build gives, got state=None"):
        Rule().assign(stages(), X, loss_at)
    with pytest.raises(ValueError, match="the inverses were built for 3 stages, got 2"):
        Rule().assign(stages()[:2], X, loss_at, state=built(Rule(), stages()))
    with pytest.raises(ValueError, match="needs at least one stage, got none"):
        Rule().assign([], X, loss_at)
