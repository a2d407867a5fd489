"""The local rule of the contrastive hinge: a ternary signal behind one gate, and gradient descent without autograd."""

from __future__ import annotations

import re
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


def test_is_without_autograd():
    weight, memory, features = (x.requires_grad_() for x in draw())
    rule, z = LocalHingeRule(), features @ weight.T
    assert z.requires_grad, "the control"
    update = rule.update(weight, memory, features)
    parts = [part(memory, z) for part in (rule.signal, rule.attract, rule.repel)]
    assert not any(x.requires_grad for x in (update, *parts))
    assert torch.equal(update, rule.update(*draw()))


@pytest.mark.parametrize(
    "shapes",
    [
        ((5, 6), (8, 4), (8, 6)),
        ((4, 5), (8, 4), (8, 6)),
        ((4, 6), (1, 4), (8, 6)),
        ((4, 6), (8, 1), (8, 6)),
        ((6, 4), (8, 4), (8, 6)),
        ((4, 6), (4,), (8, 6)),
        ((4, 6), (8, 4), (8, 3, 6)),
    ],
)
def test_shapes_that_do_not_belong_together_are_named(shapes):
    expected = f"needs a weight (d c), memories (b d) and features (b c), got {list(shapes)}"
    with pytest.raises(ValueError, match=re.escape(expected)):
        LocalHingeRule().update(*map(torch.ones, shapes))


@pytest.mark.parametrize("part", ["signal", "attract", "repel"])
def test_memories_are_not_stretched_over_a_batch(part):
    with pytest.raises(ValueError, match=r"memories and right views of one shape \(b d\), got \(1, 4\) and \(8, 4\)"):
        getattr(LocalHingeRule(), part)(torch.ones(1, 4), torch.ones(8, 4))


def test_more_negatives_than_samples_are_refused():
    with pytest.raises(ValueError, match="negatives must be below the batch size 8, got 8"):
        LocalHingeRule(ContrastiveHinge(negatives=8)).update(*draw())
