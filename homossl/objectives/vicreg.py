"""Variance-invariance-covariance regularisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from homossl.objectives.checks import check_non_negative
from homossl.objectives.heads import MLP, Network
from homossl.objectives.measures import off_diagonal
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class VICReg(Siamese):
    """Views agree, each feature keeps a deviation of at least 1, and different features do not covary.

    L = invariance * s(z, t') + variance * (v(z) + v(z'))/2 + covariance * (c(z) + c(z')),
    s = mean squared error, averaged over the two directions; v(z) = mean_j [1 - sqrt(var_j(z) + 1e-4)]_+;
    c(z) = 1/d sum_{i != j} cov_ij(z)^2. Variances and covariances are unbiased and taken on the online side.

    The weights are published, and so is halving v, which the authors' code does and eq. 6 does not; the projector
    is smaller than the published 8192-8192-8192.

    Raises:
        ValueError: a weight is negative; at the call, fewer than 2 samples.

    Source: Bardes et al., VICReg (arXiv 2105.04906), eq. 1 to 6 and Algorithm 1.
    """

    least_batch: ClassVar[int] = 2

    projector: Network | None = MLP(512, 512, layers=3)
    invariance: float = 25.0
    """Weight of the mean squared error of the two views."""
    variance: float = 25.0
    """Weight of the hinge on each deviation."""
    covariance: float = 1.0
    """Weight of the squared covariances."""

    def __post_init__(self) -> None:
        check_non_negative(self, "invariance", "variance", "covariance")

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """The weighted sum; logs the three terms unweighted."""
        s = (F.mse_loss(online.left, target.right) + F.mse_loss(online.right, target.left)) / 2
        v = (_collapse(online.left) + _collapse(online.right)) / 2
        c = _covariation(online.left) + _covariation(online.right)
        terms = {"invariance": s.detach(), "variance": v.detach(), "covariance": c.detach()}
        return Loss(self.invariance * s + self.variance * v + self.covariance * c, terms)


def _collapse(z: Tensor) -> Tensor:
    return (1 - (z.var(0) + 1e-4).sqrt()).relu().mean()


def _covariation(z: Tensor) -> Tensor:
    z = z - z.mean(0)
    covariance = z.T @ z / (len(z) - 1)
    return off_diagonal(covariance).square().sum() / z.shape[1]
