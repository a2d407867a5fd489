"""Greedy InfoMax is contrastive predictive coding with the credit rule GreedyLayerwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from groups import Element
from homossl.credit import GreedyLayerwise
from homossl.learner import Learner
from homossl.views import Motion
from proofs_check.claim import Case, Claim
from proofs_check.claims import cpc
from proofs_check.examples import noise
from proofs_check.published import departure


def formula(made: Learner, x: Tensor, g: Element, block: Callable[[Tensor], Tensor]) -> Tensor:
    """The sum over modules of CPC's loss, z_m = module_m(block(z_{m-1}))."""
    losses = []
    for m, module in enumerate(made.encoder.stages):
        x = module(block(x))
        losses.append(cpc.loss(x, made.head.get_parameter(f"{m}.predictor.weight"), g))
    return torch.stack(losses).sum()


def residual(motion: Motion, block: Callable[[Tensor], Tensor]) -> float:
    """How far the learner's step is from the published one, whose modules are separated by a block."""
    made = cpc.learner(motion, GreedyLayerwise())
    return departure(made, noise(6, 1, cpc.SIDE, cpc.SIDE), partial(formula, block=block))


claim = Claim(
    title="Greedy InfoMax is a configuration",
    statement=(
        "CPC × GreedyLayerwise: L = Σₘ Lₘ, each module with matrices of its own, zₘ = fₘ(GradientBlock(zₘ₋₁)), and "
        "∂Lₘ/∂w is zero for the weights w of every other module."
    ),
    source="Loewe et al. 2019 (arXiv 1905.11786), section 3",
    measured="the larger of |L − L'| / |L'| and |∇L − ∇L'| / |∇L'|, over all modules and matrices",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            name, partial(residual, motion, Tensor.detach), partial(residual, motion, torch.clone), "no gradient block"
        )
        for name, motion in cpc.OFFSETS.items()
    ),
)
