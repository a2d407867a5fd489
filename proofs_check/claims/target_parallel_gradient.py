"""The last stage learns along the gradient of backpropagation, whatever the inverses are."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from homossl.credit import Backprop, Credit, DifferenceTargetPropagation
from homossl.learner import build
from homossl.views import FeatureFibre, Uniform, Window
from proofs_check.claim import Case, Claim
from proofs_check.laws import relative_error
from proofs_check.learners import OBJECTIVES, SETTINGS, SHAPE, images

PAIRS = (("C4", "InfoNCE"), ("D4", "BYOL"), ("torus", "VICReg"), ("p4", "SimSiam"))
RULES = {
    "mean, alpha 5": (DifferenceTargetPropagation(alpha=5.0), True),
    "sum, alpha 0.5, with its length": (DifferenceTargetPropagation(reduction="sum"), False),
}
LAST, BELOW = 1, 0


def gradient(setting: str, objective: str, credit: Credit, stage: int) -> Tensor:
    """What a rule gives the weights of a stage, for a batch of noise."""
    group, encoder = SETTINGS[setting]
    views = FeatureFibre(motion=Uniform(), window=Window(3))
    learner = build(group, encoder, views, *OBJECTIVES[objective], credit, shape=SHAPE).double()
    learner.step(images(4), torch.Generator().manual_seed(0))
    return torch.cat([p.grad.flatten() for p in learner.encoder.stages[stage].parameters() if p.grad is not None])


def residual(setting: str, objective: str, rule: str, stage: int) -> float:
    """How far a stage's gradient is from that of backpropagation, or its direction from that direction."""
    credit, direction_only = RULES[rule]
    seen, expected = (gradient(setting, objective, each, stage) for each in (credit, Backprop()))
    scale = expected.norm() / seen.norm() if direction_only else 1.0
    return relative_error(scale * seen, expected).item()


claim = Claim(
    title="The last stage's gradient is parallel to that of backpropagation",
    statement="The local loss |h_n − sg(ĥ_n)|² with ĥ_n = h_n − α ∂L/∂h_n has the gradient 2α ∂L/∂h_n in h_n, so that "
    "the weights of the last stage get 2α times what backpropagation gives them, 2α / N with the mean over N numbers; "
    "equal for the sum and α = 1/2. The stages below learn along other directions, unless their inverses are right.",
    source="derived: the chain rule",
    measured="|∇ − ∇_BP| / |∇_BP| over the weights of the last stage, ∇ scaled to the length of ∇_BP unless its length "
    "is meant; on 4 images of noise, with inverses as they are drawn",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{setting}, {objective}, {rule}",
            partial(residual, setting, objective, rule, LAST),
            partial(residual, setting, objective, rule, BELOW),
            "the stage below, by a random inverse",
        )
        for setting, objective in PAIRS
        for rule in RULES
    ),
)
