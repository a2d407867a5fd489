"""E-SSL is a sum of objectives, and on features it needs no augmented input."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from groups import Cyclic, Element
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import MLP, InfoNCE, MotionPrediction
from homossl.views import FeatureFibre, FromIdentity, Motion, Uniform
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.published import departure, surprise

SIDE, TEMPERATURE, WEIGHT = 9, 0.5, 0.4
MODES = {"g told from the turned view": (FromIdentity(), False), "g₂ g₁⁻¹ told from the pair": (Uniform(), True)}


def learner(motion: Motion, pair: bool, structure: Any) -> Learner:
    """SimCLR and motion prediction on the features of images as they are."""
    invariant = InfoNCE(temperature=TEMPERATURE, projector=MLP(8, 8, norm=False))
    objective = invariant + WEIGHT * MotionPrediction(hidden=8, norm=False, pair=pair)
    encoder, views = CNN(structure=structure, fields=(1, 2), steps=(1, 2)), FeatureFibre(motion=motion)
    return build(Cyclic(4), encoder, views, objective, shape=(1, SIDE, SIDE)).double()


def formula(made: Learner, x: Tensor, g: Element) -> Tensor:
    """The published loss: images are turned, all pass through the encoder, and a head tells the turn."""
    turns = g.params[..., 0].tolist()
    views = [torch.rot90(image, k, (1, 2)) for row in turns for image, k in zip(x, row, strict=True)]
    left, right = made.encoder(torch.stack(views)).mean((2, 3)).chunk(2)
    heads: Any = made.head.heads
    contrast, prediction = heads
    return simclr(contrast.projector, left, right) + WEIGHT * classification(prediction.head, left, right, turns)


def simclr(projector: nn.Module, left: Tensor, right: Tensor) -> Tensor:
    """NT-Xent of every view against all others."""
    z = projector(torch.cat([left, right]))
    z = z / z.norm(dim=1, keepdim=True)
    others = [[k for k in range(len(z)) if k != i] for i in range(len(z))]
    partners = [others[i].index((i + len(left)) % len(z)) for i in range(len(z))]
    scores = [z[others[i]] @ z[i] / TEMPERATURE for i in range(len(z))]
    return torch.stack([surprise(s, j) for s, j in zip(scores, partners, strict=True)]).mean()


def classification(head: Any, left: Tensor, right: Tensor, turns: list[list[int]]) -> Tensor:
    """The cross-entropy of the turn from left to right."""
    seen = torch.cat([left, right], dim=1) if head.objective.pair else right
    classes = [(b - a) % 4 for a, b in zip(*turns, strict=True)]
    return torch.stack([surprise(s, c) for s, c in zip(head.network(seen), classes, strict=True)]).mean()


def residual(motion: Motion, pair: bool, structure: str = "steerable") -> float:
    """How far the learner's step, on features, is from the published one, on turned images."""
    return departure(learner(motion, pair, structure), noise(6, 1, SIDE, SIDE), formula)


claim = Claim(
    title="E-SSL is a configuration",
    statement=(
        "FeatureFibre × (InfoNCE + λ MotionPrediction) × Backprop with a C4-equivariant encoder, one pass on upright "
        "images, takes the step of L = L_SimCLR + λ · 1/b Σᵢ −log softmax(N(f(gᵢ xᵢ)))_gᵢ on turned ones: the label is "
        "the sampled offset. Left views unmoved, N sees the right ones; or N sees the pair and tells g₂ g₁⁻¹."
    ),
    source="Dangovski et al. 2022 (arXiv 2111.00899), section 3; in feature space: derived, as H-SSL = A-SSL",
    measured="the larger of |L − L'| / |L'| and |∇L − ∇L'| / |∇L'|, over encoder and heads",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, *mode), partial(residual, *mode, "plain"), "untied filters")
        for name, mode in MODES.items()
    ),
)
