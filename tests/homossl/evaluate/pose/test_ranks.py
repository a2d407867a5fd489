"""Ranks agree with sorting; a collapsed encoder ranks by chance, and the identity pair is a gift."""

from statistics import fmean

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO2, Cyclic
from groups.strategies import elements
from homossl.evaluate.pose import rank


def views(n=6, v=5, d=3, seed=0):
    """Distinct motions, latents, and predictions somewhat off."""
    rng = torch.Generator().manual_seed(seed)
    g = SO2().element(torch.rand(n, v, 1, generator=rng, dtype=torch.float64) * 3)
    latents = torch.randn(n, v, d, generator=rng, dtype=torch.float64)
    return latents + 2 * torch.randn(n, v, d, generator=rng, dtype=torch.float64), latents, g


@pytest.mark.parametrize("source", [False, True])
def test_ranks_are_places_among_the_sorted_candidates(source):
    predicted, latents, g = views()
    ranks, first = rank(predicted, latents, g, source=source), 0 if source else 1
    places = []
    for i in range(len(latents)):
        for q in range(first, latents.shape[1]):
            distance = (latents[i, first:] - predicted[i, q]).norm(dim=1)
            places.append(distance.argsort().tolist().index(q - first) + 1)
            assert ranks.reciprocal()[i, q] == pytest.approx(1 / places[-1])
            assert ranks.hit(2)[i, q] == (places[-1] <= 2)
    assert len(set(places)) > 2
    expected = fmean(1 / place for place in places)
    assert ranks.over_images(ranks.reciprocal()).mean().item() == pytest.approx(expected)


def test_a_right_prediction_is_first_and_a_wrong_one_is_not():
    _, latents, g = views()
    assert (rank(latents, latents, g).reciprocal()[:, 1:] == 1).all()
    assert (rank(latents.roll(1, 1), latents, g).reciprocal()[:, 2:] < 1).all()  # control


@pytest.mark.parametrize(("noise", "chance"), [(0, True), (1e-8, True), (1e-2, False)])
def test_a_collapsed_encoder_ranks_by_chance_whatever_its_rounding(noise, chance):
    _, latents, g = views(d=2)
    ranks = rank(torch.ones_like(latents), 1 + noise * latents, g)
    by_chance = ranks.by_chance()
    assert torch.equal(ranks.reciprocal(), by_chance.reciprocal()) is chance
    assert by_chance.reciprocal()[0, 1].item() == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert by_chance.hit(1)[0, 1].item() == pytest.approx(1 / 4)
    assert by_chance.hit(5)[0, 1].item() == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_has_no_rank(value):
    predicted, latents, g = views()
    spoilt = latents.clone()
    spoilt[2, 1, 0] = value
    with pytest.raises(ValueError, match="expected finite latents, got 1 numbers that are not"):
        rank(predicted, spoilt, g)
    with pytest.raises(ValueError, match="expected finite predictions, got 1 numbers that are not"):
        rank(spoilt, latents, g)


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_the_scale_of_latents_changes_no_rank(scale):
    predicted, latents, g = views()
    plain, scaled = (rank(c * predicted.float(), c * latents.float(), g).reciprocal() for c in (1, scale))
    assert torch.equal(plain, scaled)
    assert plain.unique().numel() > 2  # control


def test_the_identity_pair_is_given_away():
    _, latents, g = views()
    still = latents[:, :1].expand_as(latents)
    honest, legacy = (rank(still, latents, g, source=source) for source in (False, True))
    assert not honest.asked[:, 0].any()
    assert legacy.asked.all()
    assert legacy.hit(1)[:, 0].eq(1).all()
    assert legacy.hit(1)[:, 1:].eq(0).all()
    assert torch.equal(honest.candidates[:, 1:] + 1, legacy.candidates[:, 1:])


@given(st.data())
def test_views_after_one_motion_are_no_rivals(data):
    g = data.draw(elements(Cyclic(3), (1, 6)))
    ranks = rank(torch.zeros(1, 6, 2), torch.zeros(1, 6, 2), g)
    digits = g.params[0, :, 0].tolist()
    for q, digit in enumerate(digits):
        assert ranks.asked[0, q] == (digit != digits[0])
        if digit != digits[0]:
            assert ranks.candidates[0, q] == 1 + sum(other not in (digit, digits[0]) for other in digits)


def test_images_without_queries_do_not_count():
    g = Cyclic(2).element(torch.tensor([[[0], [0]], [[0], [1]]]))
    ranks = rank(torch.ones(2, 2, 1), torch.ones(2, 2, 1), g)
    assert ranks.over_images(ranks.reciprocal()).tolist() == [1]
