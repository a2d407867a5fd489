"""Representation learning via invariant causal mechanisms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from homossl.objectives.checks import check_non_negative, check_positive
from homossl.objectives.measures import hits, unit
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class ReLIC(Siamese):
    """Views must find their partner, and both must infer the same posterior over identities.

    p_i(j) = softmax_j <z_i, t'_j>/tau and q_i(j) = softmax_j <z'_i, t_j>/tau over the b samples of the other view;
    L = 1/2b sum_i [-log p_i(i) - log q_i(i)] + alpha/2b sum_i [KL(p_i || q_i) + KL(q_i || p_i)].

    The published sum runs over ordered pairs of augmentations, (l, k) and (q, t); with two views these are the two
    directions, so each KL appears in both orders and the loss is symmetric. Halving both sums keeps their ratio.
    No gradient is stopped inside the KL, as none is in the published objective; the target policy alone decides what
    the t of both posteriors pass on. The critic g is the projector, its output scaled to unit length as in InfoNCE.
    alpha = 1 and the temperature are our defaults.

    Raises:
        ValueError: temperature is not positive or alpha negative; at the call, fewer than 2 samples.

    Source: Mitrovic et al., Representation learning via invariant causal mechanisms (arXiv 2010.07922), section 2.
    """

    least_batch: ClassVar[int] = 2

    temperature: float = 0.1
    """tau, which divides the cosines."""
    alpha: float = 1.0
    """Weight of the invariance."""

    def __post_init__(self) -> None:
        check_positive(self, "temperature")
        check_non_negative(self, "alpha")

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """Contrast plus alpha times invariance; logs both, and the accuracy of the identity posteriors."""
        p, q = self._posterior(online.left, target.right), self._posterior(online.right, target.left)
        contrast = -(p.diagonal().mean() + q.diagonal().mean()) / 2
        invariance = _jeffreys(p, q).mean() / 2
        same = torch.arange(len(p), device=p.device)
        accuracy = (hits(p, same) + hits(q, same)) / 2
        terms = {"contrast": contrast.detach(), "invariance": invariance.detach(), "accuracy": accuracy}
        return Loss(contrast + self.alpha * invariance, terms)

    def _posterior(self, z: Tensor, t: Tensor) -> Tensor:
        return (unit(z) @ unit(t).T / self.temperature).log_softmax(1)


def _jeffreys(p: Tensor, q: Tensor) -> Tensor:
    """KL(p || q) + KL(q || p) of log-probabilities (b n): (b)."""
    return ((p.exp() - q.exp()) * (p - q)).sum(1)
