"""The contrastive hinge: what is compared, how it is averaged, and what takes no gradient."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from homossl.objectives import ContrastiveHinge
from homossl.types import Pairs

ALL = ContrastiveHinge.target_propagation()
FEW = {"some": {"negatives": 2}, "some, none past the end": {"negatives": 2, "wrap": False}, "others": {}}
REDUCTIONS = ["sum", "mean", "active-mean"]


def draw(seed: int = 0, b: int = 6, d: int = 4) -> Pairs:
    left, noise = torch.randn(2, b, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return Pairs(left / 2, left / 2 + 0.3 * noise)


def value(objective: ContrastiveHinge, z: Pairs) -> float:
    return objective(z, z).value.item()


def gradients(objective: ContrastiveHinge, online: Pairs, target: Pairs | None = None) -> list[Tensor]:
    views = [online.left.requires_grad_(), online.right.requires_grad_()]
    loss = objective(online, target or online).value
    return list(torch.autograd.grad(loss, views, materialize_grads=True))


def far(i: int, j: int, b: int, objective: ContrastiveHinge) -> bool:
    """Whether sample j is a negative of sample i, as the option says it."""
    if objective.negatives is None:
        return i != j
    following = [i + k for k in range(1, objective.negatives + 1)]
    return j in ([k % b for k in following] if objective.wrap else following)


def l1(a: Tensor, b: Tensor) -> float:
    return sum(abs(x - y) for x, y in zip(a.tolist(), b.tolist(), strict=True))


def anchored(objective: ContrastiveHinge, i: int, z: Pairs, candidates: Tensor) -> float:
    """What the left view of sample i costs as an anchor."""
    others = [other for j, other in enumerate(candidates) if far(i, j % len(z), len(z), objective)]
    pushes = [max(objective.negative_margin - l1(z.left[i], other), 0) for other in others]
    counted = {"sum": 1, "mean": len(pushes), "active-mean": sum(push > 0 for push in pushes)}[objective.reduction]
    pull = max(l1(z.left[i], z.right[i]) - objective.positive_margin, 0)
    return pull + objective.negative_weight * sum(pushes) / max(counted, 1)


def written_out(objective: ContrastiveHinge, z: Pairs) -> float:
    """The equation, one pair at a time."""
    sides = [(z, z.right)]
    if objective.compare == "all":
        sides = [(z, torch.cat([z.left, z.right])), (z.swap(), torch.cat([z.left, z.right]))]
    costs = [anchored(objective, i, side, candidates) for side, candidates in sides for i in range(len(z))]
    return sum(costs) if objective.reduction == "sum" else sum(costs) / len(costs)


@pytest.mark.parametrize("few", FEW)
@pytest.mark.parametrize("compare", ["cross", "all"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_is_its_equation_written_out(reduction, compare, few):
    objective = ContrastiveHinge(reduction=reduction, compare=compare, negative_weight=0.7, **FEW[few])
    assert value(objective, draw()) == pytest.approx(written_out(objective, draw()), rel=1e-12)
    assert value(objective, draw()) != pytest.approx(written_out(replace(objective, negative_weight=0.8), draw()))


@pytest.mark.parametrize(
    "change", [{"reduction": r} for r in REDUCTIONS[1:]] + [{"compare": "all"}, *FEW.values()][:-1]
)
def test_control_every_option_changes_the_loss(change):
    assert value(ContrastiveHinge(**change), draw()) != pytest.approx(value(ContrastiveHinge(), draw()))


def test_five_in_the_future_are_four_negatives():
    # one sample at a distance of 2.5 from each other: every negative costs 1/2
    z = torch.eye(7, dtype=torch.float64) * 1.25
    pairs = Pairs(z, z.clone())
    assert value(ContrastiveHinge.future(5), pairs) == pytest.approx((4 + 4 + 4 + 3 + 2 + 1) / 2 / 5, rel=1e-12)
    assert value(ContrastiveHinge(negatives=4), pairs) == pytest.approx(7 * 4 / 2, rel=1e-12)


def test_as_many_negatives_as_others_are_all_of_them():
    assert value(ContrastiveHinge(negatives=5), draw()) == value(ContrastiveHinge(), draw())
    assert value(ContrastiveHinge(negatives=4), draw()) != value(ContrastiveHinge(), draw())


def test_views_apart_by_the_margins_cost_nothing():
    z = torch.eye(4, dtype=torch.float64) * 1.5
    met = Pairs(z, z.clone())
    for objective in (ContrastiveHinge(), replace(ALL, compare="cross")):
        assert value(objective, met) == 0
        assert objective(met, met).terms["active"] == 0
        assert all(gradient.abs().max() == 0 for gradient in gradients(objective, met))
        assert value(replace(objective, negative_margin=3.1), met) > 0


@pytest.mark.parametrize("compare", ["cross", "all"])
def test_the_block_keeps_gradients_from_the_left_views_and_changes_nothing_else(compare):
    blocked = ContrastiveHinge(compare=compare)
    open_ = replace(blocked, gradient_block=False)
    assert value(blocked, draw()) == value(open_, draw())
    left, right = gradients(blocked, draw())
    assert left.abs().max() == 0
    assert torch.equal(right, gradients(open_, draw())[1])
    assert gradients(open_, draw())[0].abs().max() > 0


def test_a_remembered_left_view_comes_from_the_target():
    online, target, other = draw(0), draw(1), draw(2)
    loss = ContrastiveHinge()(online, target).value
    assert torch.equal(loss, ContrastiveHinge()(Pairs(other.left, online.right), Pairs(target.left, other.right)).value)
    assert not torch.equal(loss, ContrastiveHinge()(online, other).value)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_both_views_are_on_a_par_where_all_are_compared(reduction):
    online, target = draw(0), draw(1)
    every, cross = replace(ALL, reduction=reduction), ContrastiveHinge(reduction=reduction)
    torch.testing.assert_close(every(online.swap(), target.swap()).value, every(online, target).value)
    assert not torch.allclose(cross(online.swap(), target.swap()).value, cross(online, target).value)


def test_the_order_of_samples_matters_to_few_negatives_only():
    order = torch.tensor([3, 0, 5, 1, 2, 4])
    shuffled = Pairs(draw().left[order], draw().right[order])
    assert value(ContrastiveHinge(), shuffled) == pytest.approx(value(ContrastiveHinge(), draw()), rel=1e-12)
    few = ContrastiveHinge(negatives=2)
    assert value(few, shuffled) != pytest.approx(value(few, draw()), rel=1e-3)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("compare", ["cross", "all"])
def test_gradients_are_correct(compare, reduction):
    objective, z = ContrastiveHinge(compare=compare, reduction=reduction, gradient_block=False), draw(b=4, d=3)

    def loss(left, right):
        return objective(Pairs(left, right), Pairs(left, right)).value

    assert torch.autograd.gradcheck(loss, [z.left.requires_grad_(), z.right.requires_grad_()])


def test_the_terms_are_mean_distances_and_the_share_too_near():
    z = draw()
    distance = (z.left[:, None] - z.right).abs().sum(2)
    others = distance[~torch.eye(6, dtype=torch.bool)]
    terms = ContrastiveHinge()(z, z).terms
    expected = {"positive": distance.diag().mean(), "negative": others.mean(), "active": (others < 3).double().mean()}
    assert 0 < expected["active"] < 1
    torch.testing.assert_close(terms, expected)


def test_what_has_no_negatives_is_refused():
    with pytest.raises(ValueError, match="ContrastiveHinge needs at least 2 samples in a batch, got 1"):
        value(ContrastiveHinge(), draw(b=1))
    with pytest.raises(ValueError, match="negatives must be below the batch size 6, got 6"):
        value(ContrastiveHinge(negatives=6), draw())
