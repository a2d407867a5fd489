"""Contrastive predictive coding is InfoNCE of feature fibres under the translation group."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from groups import Element, Torus
from homossl.credit import Backprop, Credit
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import InfoNCE, PerMotion
from homossl.targets import Shared
from homossl.views import Bounded, FeatureFibre, Motion, Uniform, Window
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.published import departure, surprise

SIDE = 5
CPC = InfoNCE(
    projector=None, predictor=PerMotion(), temperature=1.0, similarity="dot", anchors="left", candidates="other"
)
OFFSETS = {"every offset": Uniform(), "offsets of at most 1.5 cells": Bounded(1.5)}


def learner(motion: Motion, credit: Credit) -> Learner:
    """CPC: two cells of one feature map on a torus, and a matrix for each offset."""
    views = FeatureFibre(motion=motion, window=Window(1))
    encoder = CNN(fields=(3, 4), steps=(1, 1))
    return build(Torus(SIDE, SIDE), encoder, views, CPC, Shared(), credit, shape=(1, SIDE, SIDE)).double()


def loss(z: Tensor, matrices: Tensor, g: Element, sign: int = 1) -> Tensor:
    """Eq. 4 for a feature map z: (b c h w), the mean over samples of -log exp(z_v'W_k c_u) / sum_j exp(z_j'W_k c_u)."""
    places = (SIDE // 2 - g.params).remainder(SIDE)
    contexts, targets = ([z[i, :, row, column] for i, (row, column) in enumerate(p.tolist())] for p in places)
    offsets = (sign * (places[1] - places[0])).tolist()
    return torch.stack(
        [
            surprise(torch.stack([t @ by_offset(matrices, *offsets[i]) @ c for t in targets]), i)
            for i, c in enumerate(contexts)
        ]
    ).mean()


def by_offset(matrices: Tensor, rows: int, columns: int) -> Tensor:
    """W_k for the offset k from a context to its target; the motion that makes the target the context's is -k."""
    return matrices[-rows % SIDE * SIDE + -columns % SIDE]


def formula(made: Learner, x: Tensor, g: Element, sign: int = 1) -> Tensor:
    """The published loss of images, with the weights of a learner."""
    return loss(made.encoder(x), made.head.get_parameter("predictor.weight"), g, sign)


def residual(motion: Motion, sign: int = 1) -> float:
    """How far the learner's step is from the published one."""
    return departure(learner(motion, Backprop()), noise(6, 1, SIDE, SIDE), partial(formula, sign=sign))


claim = Claim(
    title="CPC is a configuration",
    statement=(
        "FeatureFibre × InfoNCE(dot, left anchors, other side's candidates, PerMotion) × Backprop under shifts of a "
        "torus: L = −1/b Σᵢ log exp(z_vᵢᵀ W_kᵢ c_uᵢ) / Σⱼ exp(z_vⱼᵀ W_kᵢ c_uᵢ), kᵢ = vᵢ − uᵢ, the context c "
        "a fibre too (no autoregressive model)."
    ),
    source="van den Oord et al. 2018 (arXiv 1807.03748), eq. 3 and 4",
    measured="the larger of |L − L'| / |L'| and |∇L − ∇L'| / |∇L'|, over encoder and matrices",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, motion), partial(residual, motion, -1), "the matrix of the opposite offset")
        for name, motion in OFFSETS.items()
    ),
)
