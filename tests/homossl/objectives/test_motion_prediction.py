"""Motion prediction: what is told from what, and that it can be learned."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import Cyclic, Element, Regular, SemidirectProduct, Torus, Translation
from groups.strategies import elements
from homossl.objectives import BYOL, InfoNCE, MotionPrediction
from homossl.types import Loss, Pairs

C5 = Cyclic(5)


def motions(b: int = 6, seed: int = 1) -> Element:
    return C5.sample(b, generator=torch.Generator().manual_seed(seed))


def shifted(g: Element, seed: int = 0) -> Pairs:
    """Functions on a group (b 5 1 1), and the same moved by g."""
    rng = torch.Generator().manual_seed(seed)
    left = torch.randn(len(g), 5, generator=rng, dtype=torch.float64)
    return Pairs(left[..., None, None], Regular(C5)(g, left)[..., None, None], motion=g)


@given(st.data())
def test_it_is_the_cross_entropy_of_the_motion(data):
    g = data.draw(elements(C5, (6,)))
    head, pairs = MotionPrediction(hidden=8, norm=False).build((5, 1, 1), C5).double(), shifted(g)
    logits = head.network(torch.cat([pairs.left, pairs.right], dim=1)[..., 0, 0])
    expected = -sum(logits[i].softmax(0)[g.params[i, 0]].log() for i in range(6)) / 6
    torch.testing.assert_close(head(pairs, pairs).value, expected)


def test_a_network_that_says_nothing_costs_the_log_of_the_order():
    head, pairs = MotionPrediction(hidden=8).build((5, 1, 1), C5).double(), shifted(motions())
    with torch.no_grad():
        [p.zero_() for p in head.network[-1].parameters()]
    assert head(pairs, pairs).value.item() == pytest.approx(math.log(5))


def learned(pair: bool) -> float:
    """Accuracy on new pairs after a short training."""
    torch.manual_seed(0)
    head = MotionPrediction(hidden=64, pair=pair).build((5, 1, 1), C5).double()
    optimiser = torch.optim.Adam(head.parameters(), lr=0.02)
    for step in range(40):
        pairs = shifted(motions(128, seed=step), seed=step)
        optimiser.zero_grad()
        head(pairs, pairs).value.backward()
        optimiser.step()
    unseen = shifted(motions(1000, seed=-1), seed=-1)
    return head.eval()(unseen, unseen).terms["accuracy"].item()


def test_a_pair_tells_its_motion_and_one_view_alone_does_not():
    assert learned(pair=True) > 0.6
    assert learned(pair=False) == pytest.approx(1 / 5, abs=0.06)


def test_in_a_sum_the_motion_reaches_it_and_only_it():
    objective = InfoNCE(projector=None) + 0.4 * MotionPrediction(hidden=8, norm=False)
    head, pairs = objective.build((5, 1, 1), C5).double(), shifted(motions())
    other = replace(pairs, motion=~motions())
    one, two = head(pairs, pairs).terms, head(other, other).terms
    assert one["InfoNCE/loss"] == two["InfoNCE/loss"]
    assert one["MotionPrediction/loss"] != two["MotionPrediction/loss"]


def test_the_teacher_has_no_say():
    objective = BYOL(projector=None, predictor=None) + MotionPrediction(hidden=8, norm=False)
    head, teacher = (objective.build((5, 1, 1), C5).double() for _ in range(2))
    pairs = shifted(motions())
    term = "MotionPrediction/loss"
    assert head(pairs, pairs.detach(), teacher).terms[term] == head(pairs, pairs).terms[term]


@pytest.mark.parametrize("hidden", [[1, 0, 0, 1, 0, 0], [1] * 6])
def test_hidden_pairs_are_left_out(hidden):
    hidden = torch.tensor(hidden, dtype=torch.bool)
    head, pairs = MotionPrediction(hidden=8, norm=False).build((5, 1, 1), C5).double(), shifted(motions())
    seen = head(replace(pairs, hidden=hidden), pairs)
    kept = Pairs(pairs.left[~hidden], pairs.right[~hidden], motion=motions()[~hidden])
    expected = head(kept, kept) if len(kept) else Loss(torch.zeros(()).double(), {"accuracy": torch.zeros(()).double()})
    torch.testing.assert_close(seen.value, expected.value)
    torch.testing.assert_close(seen.terms["accuracy"], expected.terms["accuracy"])


def test_any_finite_group_names_its_classes():
    p4 = SemidirectProduct(Torus(3, 3), Cyclic(4))
    assert MotionPrediction(hidden=8).build((5,), p4).network[-1].out_features == 36


@pytest.mark.parametrize("group", [Translation(2), None])
def test_a_motion_of_no_finite_group_is_refused(group):
    with pytest.raises(TypeError, match="MotionPrediction needs pairs with a motion of a finite group, got"):
        MotionPrediction().build((5, 1, 1), group)


def test_what_does_not_fit_is_refused():
    head, pairs = MotionPrediction().build((5, 1, 1), C5), shifted(motions()).map(lambda z: z.float())
    unknown, wide = replace(pairs, motion=None), pairs.map(lambda z: z.repeat(1, 2, 1, 1))
    with pytest.raises(ValueError, match="needs pairs whose motion is known"):
        head(unknown, unknown)
    with pytest.raises(ValueError, match="head built for 10 features, got 20"):
        head(wide, wide)
    with pytest.raises(ValueError, match=r"MLP.layers must be at least 2, got 1"):
        MotionPrediction(layers=1)
