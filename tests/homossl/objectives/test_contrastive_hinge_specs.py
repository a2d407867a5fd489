"""What a contrastive hinge can be told, and its bounded projector."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from homossl.objectives import ContrastiveHinge, TanhLinear
from homossl.train.spec_json import decode, encode

ALL = ContrastiveHinge.target_propagation()


@pytest.mark.parametrize("objective", [ContrastiveHinge(), ContrastiveHinge.future(3), ALL], ids=repr)
def test_is_read_back_from_json(objective):
    assert decode(json.loads(json.dumps(encode(objective)))) == objective
    assert decode(json.loads(json.dumps(encode(objective)))) != replace(objective, positive_margin=0.9)


def test_presets_take_other_options():
    assert ContrastiveHinge.future(3, reduction="mean").reduction == "mean"
    assert ContrastiveHinge.target_propagation(projector=None).projector is None
    assert ContrastiveHinge.around(3.0, 1.0, negatives=2) == ContrastiveHinge(
        positive_margin=2.0, negative_margin=4.0, negatives=2
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"positive_margin": -0.1}, "positive_margin must be finite and >= 0, got -0.1"),
        ({"negative_margin": math.inf}, "negative_margin must be finite and > 0, got inf"),
        ({"positive_margin": 3.0}, "positive_margin must be below negative_margin, got 3.0 and 3.0"),
        ({"negatives": 0}, "negatives must be a whole number, at least 1, got 0"),
        ({"negatives": 2.5}, "negatives must be a whole number, at least 1, got 2.5"),
        ({"negative_weight": 0.0}, "negative_weight must be finite and > 0, got 0.0"),
        ({"wrap": False}, "wrap=False needs a number of negatives, got negatives=None"),
        ({"compare": "within"}, "compare must be one of .*, got 'within'"),
        ({"reduction": "max"}, "reduction must be one of .*, got 'max'"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=rf"ContrastiveHinge.{message}"):
        ContrastiveHinge(**options)


@pytest.mark.parametrize("n", [1, 2.5, "5"])
def test_a_future_without_a_whole_number_of_negatives_is_refused(n):
    with pytest.raises(ValueError, match=rf"future\(n\) has n - 1 negatives and needs a whole n >= 2, got {n!r}"):
        ContrastiveHinge.future(n)
    assert ContrastiveHinge.future(2).negatives == 1


def test_a_bounded_projector_stays_within_one():
    network = TanhLinear(3).build(5)
    wide = 1e3 * torch.ones(2, 5)
    assert network(wide).abs().max() <= 1 < nn.Linear(5, 3)(wide).abs().max()
    assert network(wide).shape == (2, TanhLinear(3).width(5))
    with pytest.raises(ValueError, match=r"TanhLinear.out must be finite and > 0, got 0"):
        TanhLinear(0)
