"""Feedback through the forward weights is backpropagation, over ten steps of training."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from homossl.credit import Backprop, Credit, FeedbackAlignment, GreedyLayerwise, RandomLayerwise
from homossl.credit.feedback import Losses, Update
from homossl.credit.feedback_layers import weight
from homossl.learner import Learner, build
from homossl.views import FeatureFibre, Uniform, Window
from proofs_check.claim import Case, Claim
from proofs_check.learners import OBJECTIVES, SETTINGS, SHAPE, images

STEPS = 10
ALL = range(STEPS)
RUNS = {
    "C4, InfoNCE": ("C4", "InfoNCE", Backprop()),
    "D4, BYOL": ("D4", "BYOL", Backprop()),
    "torus, VICReg": ("torus", "VICReg", Backprop()),
    "p4, SimSiam": ("p4", "SimSiam", Backprop()),
    "C4, InfoNCE, every stage's own loss": ("C4", "InfoNCE", GreedyLayerwise()),
    "D4, InfoNCE, stage after stage": ("D4", "InfoNCE", GreedyLayerwise("successive")),
    "p4, InfoNCE, stages in random order": ("p4", "InfoNCE", RandomLayerwise()),
}
Run = tuple[str, str, Losses]


def learner(run: Run, credit: Credit) -> Learner:
    """A small learner in float64."""
    setting, objective, _ = run
    group, encoder = SETTINGS[setting]
    views = FeatureFibre(motion=Uniform(), window=Window(3))
    return build(group, encoder, views, *OBJECTIVES[objective], credit, shape=SHAPE).double()


def weights(made: Learner) -> Tensor:
    """Those of the encoder and the head."""
    return torch.cat([p.detach().flatten() for part in (made.encoder, made.head) for p in part.parameters()])


def trajectory(made: Learner, tied: Iterable[int] = ()) -> Tensor:
    """The way of the weights from where they start, (steps weights); feedback is tied to them before these steps."""
    optimiser = torch.optim.SGD(made.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)
    start, ways = weights(made), []
    for step in range(STEPS):
        if step in tied:
            tie(made.credit_state)
        optimiser.zero_grad()
        made.step(images(4, seed=step), torch.Generator().manual_seed(step))
        optimiser.step()
        made.advance((step + 1) / STEPS)
        ways.append(weights(made) - start)
    return torch.stack(ways)


def departure(run: Run, update: Update, tied: Iterable[int]) -> float:
    """How far training with feedback that is tied before these steps is from backpropagation, at the worst step."""
    expected = trajectory(learner(run, run[2]))
    seen = trajectory(learner(run, FeedbackAlignment(update, losses=run[2])), tied)
    return ((seen - expected).norm(dim=1) / expected.norm(dim=1)).amax().item()


@torch.no_grad()
def tie(state: Any) -> None:
    """Give every layer's forward weights to its feedback."""
    for layer, twin in zip(state.layers, state.twins, strict=True):
        weight(twin).copy_(weight(layer))
    for apart in getattr(state, "apart", ()):
        apart.zero_()


claim = Claim(
    title="Feedback through the forward weights is backpropagation",
    statement="If B_l = W_l before every step, the errors B_lᵀ(f′(a_l) δ_l) are those of backpropagation, and so are "
    "all weights after every step.",
    source="derived: the chain rule, by induction over layers and steps; Lillicrap et al., Random synaptic feedback "
    "weights support error backpropagation (Nature Communications 7:13276, 2016), section Results",
    measured="|w − w_BP| / |w_BP − w₀| at the worst of ten steps of SGD with learning rate 0.01, momentum 0.9 and "
    "weight decay 0.001, over all weights of encoder and heads; a fresh batch of 4 images of noise each step",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            name, partial(departure, run, "fixed", ALL), partial(departure, run, "fixed", ()), "random feedback weights"
        )
        for name, run in RUNS.items()
    ),
)
