"""Objectives add and scale; so do their losses, and no term is lost."""

from __future__ import annotations

import math

import pytest
import torch

from homossl.objectives import MLP, InfoNCE, ReLIC, Scaled, SimSiam, Sum, VICReg
from homossl.types import Pairs

SMALL = MLP(8, 6)
A, B, C = InfoNCE(projector=SMALL), VICReg(projector=SMALL), ReLIC(projector=SMALL)
SHAPE = (3, 2, 2)


def draw() -> Pairs:
    left, right = torch.randn(2, 8, *SHAPE, generator=torch.Generator().manual_seed(0))
    return Pairs(left, right)


@pytest.mark.parametrize(("factor", "equal"), [(0.0, True), (0.3, False)])
def test_a_part_with_factor_zero_does_not_count(factor, equal):
    head, x = (A + factor * B).build(SHAPE), draw()
    single = A.build(SHAPE)
    single.load_state_dict(head.heads[0].state_dict())
    assert torch.equal(head(x, x).value, single(x, x).value) is equal


def test_the_shares_sum_to_the_loss():
    loss = (A + 0.3 * B).build(SHAPE)(draw(), draw())
    torch.testing.assert_close(loss.terms["InfoNCE/loss"] + loss.terms["VICReg/loss"], loss.value.detach())


def test_terms_keep_distinct_names():
    head, x = (A + 0.5 * InfoNCE(temperature=0.5, projector=SMALL) + B).build(SHAPE), draw()
    terms = head(x, x).terms
    assert {name.split("/")[0] for name in terms} == {"InfoNCE", "InfoNCE.2", "VICReg"}
    assert len(terms) == sum(1 + len(part(x, x).terms) for part in head.heads)


def test_sums_are_associative_and_scaling_distributes():
    assert (A + B) + C == A + (B + C) == Sum((A, B, C))
    assert 0.5 * (A + 0.4 * B) == 0.5 * A + 0.2 * B
    assert 0.5 * A == Scaled(0.5, A) != A
    assert A + B != B + A


def test_each_part_has_weights_of_its_own():
    head = (A + A).build(SHAPE)
    assert len(list(head.parameters())) == 2 * len(list(A.build(SHAPE).parameters()))


def test_the_teacher_of_a_sum_lends_each_part_its_own_head():
    objective, x = A + 0.3 * SimSiam(projector=SMALL, predictor=SMALL), draw()
    head, teacher = objective.build(SHAPE), objective.build(SHAPE)
    parts = [h(x, x.detach(), t).value for h, t in zip(head.heads, teacher.heads, strict=True)]
    torch.testing.assert_close(head(x, x.detach(), teacher).value, sum(parts))
    assert not torch.equal(head(x, x.detach()).value, head(x, x.detach(), teacher).value)


def test_a_teacher_of_another_kind_is_refused():
    x = draw()
    with pytest.raises(TypeError, match="the teacher of a SumHead must be one too, got SiameseHead"):
        (A + B).build(SHAPE)(x, x.detach(), A.build(SHAPE))


@pytest.mark.parametrize("factor", [-1.0, math.nan, math.inf])
def test_factor_must_be_finite_and_not_negative(factor):
    with pytest.raises(ValueError, match=r"Scaled.factor must be finite and >= 0, got"):
        factor * A


def test_an_empty_sum_is_refused():
    with pytest.raises(ValueError, match="at least one objective"):
        Sum(())
    for parts in ([A, B], (A, 1.0)):
        with pytest.raises(TypeError, match="objective"):
            Sum(parts)  # type: ignore[arg-type]


def test_only_objectives_add():
    with pytest.raises(TypeError):
        A + 1.0  # pyright: ignore
