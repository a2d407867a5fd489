"""InfoNCE: what is a candidate, and what is a negative."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from homossl.objectives import InfoNCE
from homossl.types import Pairs


def orthonormal(b: int) -> Pairs:
    z = torch.eye(b, dtype=torch.float64)
    return Pairs(z, z.clone())


def test_orthogonal_samples_give_the_closed_form():
    # one partner at cosine 1 among 2b - 1 candidates, the other 2b - 2 at cosine 0
    z, tau, b = orthonormal(3), 0.5, 3
    expected = math.log(1 + (2 * b - 2) * math.exp(-1 / tau))
    assert InfoNCE(temperature=tau)(z, z).value.item() == pytest.approx(expected, rel=1e-12)


def test_collapse_costs_the_log_of_the_candidates():
    z = Pairs(torch.ones(5, 3), torch.ones(5, 3))
    assert InfoNCE()(z, z).value.item() == pytest.approx(math.log(2 * 5 - 1), rel=1e-5)


def test_length_does_not_matter_but_direction_does():
    z, objective = orthonormal(4), InfoNCE()
    longer, turned = z.map(lambda x: 7 * x), Pairs(z.left, z.right + 0.5)
    assert objective(longer, longer).value.item() == pytest.approx(objective(z, z).value.item(), rel=1e-12)
    assert objective(turned, turned).value.item() != pytest.approx(objective(z, z).value.item(), rel=1e-3)


def test_the_terms_tell_found_from_lost():
    z, lost = orthonormal(4), Pairs(orthonormal(4).left, orthonormal(4).right.roll(1, 0))
    found = InfoNCE()(z, z).terms
    assert (found["accuracy"].item(), found["alignment"].item()) == (1.0, 1.0)
    assert (InfoNCE()(lost, lost).terms["accuracy"].item(), InfoNCE()(lost, lost).terms["alignment"].item()) == (0, 0)


def test_a_separate_target_is_compared_across_networks():
    z = orthonormal(3)
    target = z.map(lambda x: x.roll(1, 1))
    assert InfoNCE()(z, target).terms["accuracy"].item() == 0
    assert InfoNCE()(target, target).terms["accuracy"].item() == 1


@pytest.mark.parametrize("temperature", [0.0, -0.1, math.nan, math.inf])
def test_temperature_must_be_positive(temperature):
    with pytest.raises(ValueError, match=r"InfoNCE.temperature must be finite and > 0, got"):
        InfoNCE(temperature=temperature)


def generic(b: int = 5, d: int = 3) -> Pairs:
    left, right = torch.randn(2, b, d, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    return Pairs(left, right)


def test_only_the_other_side_competes_if_asked():
    z, objective = generic(), InfoNCE(similarity="dot", candidates="other", temperature=1.0)
    scores, same = z.left @ z.right.T, torch.arange(5)
    expected = (F.cross_entropy(scores, same) + F.cross_entropy(scores.T, same)) / 2
    torch.testing.assert_close(objective(z, z).value, expected)
    assert objective(z, z).value < InfoNCE(similarity="dot", temperature=1.0)(z, z).value


def test_only_the_left_views_look_if_asked():
    z, objective = generic(), InfoNCE(similarity="dot", anchors="left", candidates="other", temperature=2.0)
    expected = F.cross_entropy(z.left @ z.right.T / 2, torch.arange(5))
    torch.testing.assert_close(objective(z, z).value, expected)
    assert not torch.allclose(objective(z.swap(), z.swap()).value, expected)


@pytest.mark.parametrize("candidates", ["both", "other"])
def test_both_sides_are_the_mean_of_the_two(candidates):
    z, objective = generic(), InfoNCE(anchors="left", candidates=candidates)
    sides = objective(z, z).value, objective(z.swap(), z.swap()).value
    torch.testing.assert_close(InfoNCE(candidates=candidates)(z, z).value, sum(sides) / 2)


def test_length_matters_to_the_inner_product():
    z, objective = generic(), InfoNCE(similarity="dot")
    longer = z.map(lambda x: 2 * x)
    assert not torch.allclose(objective(longer, longer).value, objective(z, z).value)


@pytest.mark.parametrize(("field", "value"), [("similarity", "l1"), ("anchors", "right"), ("candidates", "left")])
def test_options_are_listed(field, value):
    with pytest.raises(ValueError, match=rf"InfoNCE.{field} must be one of \(.*\), got '{value}'"):
        InfoNCE(**{field: value})
