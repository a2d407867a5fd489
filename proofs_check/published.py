"""A learner's step beside a published formula, written out sample by sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from groups import Element
from homossl.learner import Learner
from homossl.types import Batch
from homossl.views import ViewSource
from proofs_check.laws import relative_error

Formula = Callable[[Learner, Tensor, Element], Tensor]
"""The loss of images (b c h w), for the motions (2 b) of their views."""


def departure(learner: Learner, x: Tensor, formula: Formula, views: Sequence[ViewSource] = ()) -> float:
    """The largest relative error of the loss and its gradients, as means over view sources (default: the learner's)."""
    views = views or [learner.views]
    weights = [p for p in learner.parameters() if p.requires_grad]
    taken = torch.stack([_step(learner, x, source, weights) for source in views]).mean(0)
    draws = [source.draw(Batch(x), _rng()).g for source in views]
    loss = torch.stack([formula(learner, x, g) for g in draws]).mean()
    expected = _row(loss, torch.autograd.grad(loss, weights))
    return max(relative_error(taken[:1], expected[:1]).item(), relative_error(taken[1:], expected[1:]).item())


def surprise(scores: Tensor, chosen: int) -> Tensor:
    """-log of exp(s_i) / sum_j exp(s_j), scores s: (n)."""
    return -torch.log(scores[chosen].exp() / scores.exp().sum())


def _step(learner: Learner, x: Tensor, source: ViewSource, weights: Sequence[Tensor]) -> Tensor:
    learner.zero_grad()
    learner.views = source
    loss = learner.step(Batch(x), _rng())
    return _row(loss.value, [p.grad for p in weights if p.grad is not None])


def _row(loss: Tensor, gradients: Sequence[Tensor]) -> Tensor:
    return torch.cat([loss.detach().reshape(1), *[g.flatten() for g in gradients]])


def _rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)
