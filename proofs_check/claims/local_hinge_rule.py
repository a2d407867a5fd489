"""A local, gated Hebbian rule is gradient descent on the contrastive hinge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from torch import Tensor

from homossl.objectives import ContrastiveHinge, LocalHingeRule, SiameseHead
from homossl.types import Pairs
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.laws import relative_error

BATCH, CHANNELS, SIDE = 9, 5, 3
FORMS = {
    "all negatives": ContrastiveHinge(),
    "threshold 3, delta 1.5": ContrastiveHinge.around(3.0, 1.5),
    "two negatives": ContrastiveHinge(negatives=2),
    "future = 5": ContrastiveHinge.future(5),
}


def trained(objective: ContrastiveHinge) -> tuple[SiameseHead, Pairs]:
    """The head of an objective after backpropagation, and the fields that it was trained on."""
    head = objective.build((CHANNELS, SIDE, SIDE)).double()
    weight = head.get_parameter("projector.weight")
    weight.data = noise(4, CHANNELS)
    left, right = noise(2, BATCH, CHANNELS, SIDE, SIDE, seed=1)
    fields = Pairs(left, right)
    head(fields, fields).value.backward()
    return head, fields


def residual(descended: ContrastiveHinge, stated: ContrastiveHinge) -> float:
    """How far the rule for one objective is from minus the gradient of another."""
    head, fields = trained(descended)
    weight = head.get_parameter("projector.weight")
    memory = head.project_frozen(fields).left
    seen = stated.readout(fields.right)
    update = LocalHingeRule(stated).update(weight.detach(), memory, seen)
    return relative_error(update, -_gradient(weight)).item()


def _gradient(weight: Tensor) -> Tensor:
    assert weight.grad is not None
    return weight.grad


def cases() -> Iterator[Case]:
    """Each form with the block taken off the loss, and with the gates taken off the rule."""
    for name, form in FORMS.items():
        holds = partial(residual, form, form)
        unblocked = replace(form, gradient_block=False)
        ungated = replace(form, positive_margin=0.0, negative_margin=1e9)
        yield Case(f"{name}; block", holds, partial(residual, unblocked, form), "gradient of the left views too")
        yield Case(f"{name}; gates", holds, partial(residual, form, ungated), "no gates: margins 0 and 10⁹")


claim = Claim(
    title="The local hinge rule is gradient descent",
    statement=(
        "For a linear head z' = W h' and remembered z, −∂L/∂W of L = Σ [d − m₁]₊ over partners + w Σ [m₂ − d]₊ over "
        "others, d = |z' − z|₁, is the sum over pairs of −1{d > m₁} sign(z' − z) h'ᵀ and +w 1{d < m₂} sign(z' − z) h'ᵀ."
    ),
    source="derived; the loss is that of Tang et al. 2022 (arXiv 2109.15089)",
    measured="|ΔW + ∂L/∂W| / |∂L/∂W|, ΔW by the rule without autograd, ∂L/∂W by backpropagation",
    bound=1e-10,
    miss=1e-2,
    cases=tuple(cases()),
)
