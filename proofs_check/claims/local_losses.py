"""A local loss moves its own stage and head, and nothing else."""

from __future__ import annotations

from functools import partial
from itertools import product, starmap
from unittest.mock import patch

import torch
from torch import Tensor, nn

from homossl.credit import Credit, DifferenceTargetPropagation
from homossl.encoders import CNN
from homossl.learner import build
from homossl.views import FeatureFibre, Uniform, Window
from proofs_check.claim import Case, Claim
from proofs_check.credit_rules import LOCAL, Unblocked, joined, only
from proofs_check.learners import OBJECTIVES, SETTINGS, SHAPE, images

COUNT, BATCHES = 3, 6
ENCODER = CNN(fields=(1, 2, 1), steps=(1, 1, 2))
OBJECTIVE = {"C4": "InfoNCE", "D4": "BYOL"}
CASES = [*product(["C4"], LOCAL), *product(["D4"], ["stage after stage", "target propagation"])]


def gradients(setting: str, credit: Credit) -> dict[str, Tensor]:
    """The gradients of all stages and heads by part, added up over batches that give every stage its turn."""
    views = FeatureFibre(motion=Uniform(), window=Window(3))
    objective = OBJECTIVES[OBJECTIVE[setting]]
    made = build(SETTINGS[setting][0], ENCODER, views, *objective, credit, shape=SHAPE).double()
    for batch in range(BATCHES):
        made.step(images(4, seed=batch), torch.Generator().manual_seed(batch))
        made.advance((batch + 1) / BATCHES)
    heads = made.head if isinstance(made.head, nn.ModuleDict) else {"": made.head}
    parts = {f"stage{k}": stage for k, stage in enumerate(made.encoder.stages)}
    parts |= {f"head{k}": head for k, head in heads.items()}
    return {name: torch.cat([gradient(p) for p in part.parameters()]) for name, part in parts.items()}


def gradient(weight: nn.Parameter) -> Tensor:
    """The gradient of a weight, (n); zero where there is none."""
    return (torch.zeros_like(weight) if weight.grad is None else weight.grad).flatten()


def leak(setting: str, rule: Credit) -> float:
    """The most that a stage's loss adds to the gradient of other parts, or that the head's own gives to a stage."""
    rest = gradients(setting, only(rule, None))
    ratios = [rest[f"stage{k}"].norm() for k in range(COUNT)]
    for k in range(COUNT):
        seen = gradients(setting, only(rule, k))
        others = [(seen[part] - rest[part]).norm() for part in seen.keys() - {f"stage{k}", f"head{k}"}]
        ratios.append(torch.stack(others).amax() / seen[f"stage{k}"].norm())
    return torch.stack(ratios).amax().item()


def unblocked(setting: str, rule: Credit) -> float:
    """The same where stages are in one graph."""
    propagates = isinstance(rule, DifferenceTargetPropagation)
    with patch("homossl.credit.target_propagation.isolated", joined):
        return leak(setting, rule if propagates else Unblocked())


def case(setting: str, name: str) -> Case:
    """A rule in a setting."""
    rule = LOCAL[name]
    return Case(
        f"{setting}, {name}", partial(leak, setting, rule), partial(unblocked, setting, rule), "no stop-gradient"
    )


claim = Claim(
    title="A local loss moves its own stage and no other",
    statement="With hₖ = fₖ(sg(hₖ₋₁)) and a loss Lₖ of each stage, ∂Lₖ/∂w is zero to the bit for the weights w of all "
    "other stages and heads: where stages learn at once, one after the other, in random order, from errors through "
    "feedback weights, or from targets, Lₖ = |hₖ − sg(ĥₖ)|², where the head's loss moves the head alone.",
    source="Loewe et al. 2019 (arXiv 1905.11786), section 3, for gradient isolation; derived for the other rules: a "
    "constant has no derivative",
    measured="the largest |∂Lₖ/∂w| over other stages and heads / |∂Lₖ/∂wₖ| over k; three stages in float64, gradients "
    "summed over six batches of 4 images of noise, so that each stage has its turn; all other losses are multiplied by "
    "0, all other targets are what the stage gave",
    bound=0.0,
    miss=1e-3,
    cases=tuple(starmap(case, CASES)),
)
