"""Barlow Twins: redundancy reduction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from homossl.objectives.checks import check_non_negative
from homossl.objectives.heads import MLP, Network
from homossl.objectives.measures import off_diagonal
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class BarlowTwins(Siamese):
    """The cross-correlation (d d) of the two views' features over the batch should be the identity.

    L = sum_i (1 - C_ii)^2 + lam sum_{i != j} C_ij^2, C = standardised(z)^T standardised(t') / b,
    averaged over the two directions (z, t') and (z', t), which are equal where the target is Shared.

    lam is published, the projector smaller than the published 8192-8192-8192.

    Raises:
        ValueError: lam is negative; at the call, fewer than 2 samples.

    Source: Zbontar et al., Barlow Twins (arXiv 2103.03230), eq. 1 and 2, Algorithm 1.
    """

    least_batch: ClassVar[int] = 2

    projector: Network | None = MLP(512, 512, layers=3)
    lam: float = 5e-3
    """Weight of the redundancy."""

    def __post_init__(self) -> None:
        check_non_negative(self, "lam")

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """Both directions averaged; logs the unweighted invariance and redundancy."""
        one, other = _terms(online.left, target.right), _terms(online.right, target.left)
        invariance, redundancy = ((a + b) / 2 for a, b in zip(one, other, strict=True))
        terms = {"invariance": invariance.detach(), "redundancy": redundancy.detach()}
        return Loss(invariance + self.lam * redundancy, terms)


def _terms(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    c = _standardised(a).T @ _standardised(b) / len(a)
    return (1 - c.diagonal()).square().sum(), off_diagonal(c).square().sum()


def _standardised(z: Tensor) -> Tensor:
    """Zero mean and unit (biased) variance per feature over the batch, with BatchNorm's eps."""
    return (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()
