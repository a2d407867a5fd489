"""Feedback in the basis of a steerable layer keeps the symmetry of the backward pass."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from itertools import product
from typing import Any, cast

import torch
from torch import Tensor, nn

from groups import Element
from groups.laws import equivariance
from homossl.credit import FeedbackAlignment
from homossl.credit.feedback import Update
from homossl.encoders import Encoder
from homossl.lowering import LoweredConv
from homossl.types import Loss
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise, sampled
from proofs_check.learners import SETTINGS, SIDE

UPDATES: tuple[Update, ...] = ("fixed", "sign")
STEERABLE = ("C4", "D4", "p4")


class FreeConv(nn.Module):
    """The same map as a steerable convolution at first, with every weight of its filters free."""

    def __init__(self, steerable: Any) -> None:
        super().__init__()
        source = steerable.source
        sizes = source.in_type.size, source.out_type.size, source.kernel_size
        padding = {"padding": source.padding, "padding_mode": source.padding_mode}
        self.conv = nn.Conv2d(*sizes, source.stride, bias=False, **padding).double()
        self.conv.weight.data.copy_(steerable.expand()[0])

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


def steerable(setting: str) -> Encoder:
    """A small steerable encoder in float64."""
    group, architecture = SETTINGS[setting]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return architecture.build(group, 1, SIDE).double()


def freed(encoder: Encoder) -> Encoder:
    """The same encoder at first, with no weights tied."""
    free = deepcopy(encoder)
    for owner in list(free.modules()):
        for name, module in owner.named_children():
            if isinstance(module, LoweredConv):
                owner.add_module(name, FreeConv(module))
    return free


def errors_at_input(encoder: Encoder, update: Update, x: Tensor) -> Tensor:
    """The error that reaches x: (b c h w) from a loss that the group leaves alone, the mean of z^3."""
    rule, x = FeedbackAlignment(update), x.clone().requires_grad_()
    stages = cast(Any, encoder.stages)
    rule.assign(stages, x, lambda k, z: Loss(z.pow(3).mean()), state=rule.build(stages, nn.Identity(), x).double())
    return cast(Tensor, x.grad)


def residual(setting: str, update: Update, free: bool = False) -> float:
    """How far the error is from being equivariant."""
    encoder, x = steerable(setting), noise(3, 1, SIDE, SIDE)
    backward = partial(errors_at_input, freed(encoder) if free else encoder, update)
    moves: Element = sampled(SETTINGS[setting][0], 5)[:, None]
    return max(equivariance(backward, encoder.action_in, encoder.action_in, g, x).item() for g in moves)


claim = Claim(
    title="Feedback in the equivariant basis keeps the symmetry of the backward pass",
    statement="If B_l lies in the basis of W_l, ρ_out(g) B_l = B_l ρ_in(g), then with orthogonal ρ so does its "
    "transpose, and the errors of a loss with L(g z) = L(z) obey δ(g x) = g δ(x) in every stage, as backpropagation's "
    "do.",
    source="derived: the transpose of ρ_out(g) B = B ρ_in(g), by induction from the loss down",
    measured="the worst of five g of |δ(g x) − g δ(x)| / |g δ(x)| for the error at the input, of the loss mean z³; "
    "3 images of noise, feedback drawn from the seed",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{setting}, {update}",
            partial(residual, setting, update),
            partial(residual, setting, "fixed", free=True),
            "unconstrained feedback for the same encoder",
        )
        for setting, update in product(STEERABLE, UPDATES)
    ),
)
