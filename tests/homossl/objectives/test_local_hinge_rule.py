"""The local rule of the contrastive hinge: a ternary signal behind one gate, and gradient descent without autograd."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from homossl.objectives import ContrastiveHinge, LocalHingeRule
from homossl.types import Pairs

FORMS = [
    ContrastiveHinge(),
    ContrastiveHinge.around(3.0, 1.5),
    ContrastiveHinge(negatives=3),
    ContrastiveHinge.future(4),
    ContrastiveHinge(negatives=2, negative_weight=0.3),
]
each_form = pytest.mark.parametrize("form", FORMS, ids=str)


def draw(b: int = 8, d: int = 4, c: int = 6, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor]:
    """The weight of a head, memories and features."""
    rng = torch.Generator().manual_seed(0)
    weight, memory, features = (torch.randn(*s, generator=rng, dtype=dtype) for s in ((d, c), (b, d), (b, c)))
    return 0.3 * weight, memory, features


def descent(form: ContrastiveHinge, weight: Tensor, memory: Tensor, features: Tensor) -> Tensor:
    """Minus the gradient of the loss with respect to the weight, by autograd."""
    weight = weight.clone().requires_grad_()
    pairs = Pairs(memory, features @ weight.T)
    return -torch.autograd.grad(form(pairs, pairs).value, weight)[0]


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
@each_form
def test_is_gradient_descent(form, dtype, tolerance):
    drawn = draw(dtype=dtype)
    update = LocalHingeRule(form).update(*drawn)
    torch.testing.assert_close(update, descent(form, *drawn), rtol=0, atol=tolerance)


@pytest.mark.parametrize(("form", "other"), [*pairwise(FORMS)], ids=str)
def test_control_it_does_not_descend_another_form(form, other):
    assert not torch.allclose(LocalHingeRule(form).update(*draw()), descent(other, *draw()), atol=1e-2)


@each_form
def test_descends(form):
    weight, memory, features = draw()
    pairs = [Pairs(memory, features @ w.T) for w in (weight, weight + 1e-3 * LocalHingeRule(form).update(*draw()))]
    before, after = (form(p, p).value.item() for p in pairs)
    assert after < before


def test_sends_a_ternary_signal_through_one_gate():
    weight, memory, features = draw()
    z = features @ weight.T
    d, step = (z - memory).abs().sum(1, keepdim=True), (z - memory).sign()
    rule = LocalHingeRule(ContrastiveHinge.around(3.0, 1.0))
    assert 0 < (d > 2).sum() < 8 > (d < 4).sum() > 0
    assert torch.equal(rule.attract(memory, z), torch.where(d > 2, -step, 0))
    assert torch.equal(rule.repel(memory, z), torch.where(d < 4, step, 0))


def test_leaves_what_it_is_handed_alone():
    drawn, kept = draw(), draw()
    LocalHingeRule(ContrastiveHinge.future(4)).update(*drawn)
    assert all(torch.equal(a, b) for a, b in zip(drawn, kept, strict=True))


@pytest.mark.parametrize("option", [{"compare": "all"}, {"reduction": "mean"}, {"gradient_block": False}])
def test_losses_that_are_no_sum_over_remembered_pairs_are_refused(option):
    with pytest.raises(ValueError, match=r"LocalHingeRule needs a ContrastiveHinge with .*'reduction': 'sum'.*, got"):
        LocalHingeRule(ContrastiveHinge(**option))


def test_more_negatives_than_samples_are_refused():
    with pytest.raises(ValueError, match="negatives must be below the batch size 8, got 8"):
        LocalHingeRule(ContrastiveHinge(negatives=8)).update(*draw())
