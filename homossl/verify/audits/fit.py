"""The representation that features have without saying so, fitted by least squares, and how well a prediction does."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

ROWS_PER_COMPONENT = 4
"""Rows that each fitted component has at least."""
ROUNDING = 1e-5
"""Size relative to the whole below which a difference between features is taken for rounding."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Matrices rho(g): (n k k), one for each element, in the coordinates basis: (k d) of features with d channels.

    >>> z = torch.eye(8, 2, dtype=torch.float64)
    >>> Fit.of(z[None], z.flip(-1)[None]).channels[0].round().abs().tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """

    basis: Tensor
    matrices: Tensor

    @staticmethod
    def of(before: Tensor, after: Tensor) -> Fit:
        """The least |after - rho(g) before|^2 for each element, over the rows of before, after: (n r d).

        The coordinates are the principal directions of `after`, all elements together: as many as are not rounding, at
        most r / 4; the channels themselves where that is all of them.
        """
        basis = principal(after.flatten(0, -2), before.shape[-2] // ROWS_PER_COMPONENT)
        return Fit(basis, solve(before @ basis.T, after @ basis.T))

    def coordinates(self, z: Tensor) -> Tensor:
        """Features (*batch d) in the coordinates of the fit, (*batch k)."""
        return z @ self.basis.T

    def move(self, i: int, z: Tensor) -> Tensor:
        """rho(g_i) z, for coordinates z: (*batch k)."""
        return z @ self.matrices[i].T

    @property
    def channels(self) -> Tensor:
        """The matrices on the channels, (n d d); zero on what the coordinates leave out."""
        return self.basis.T @ self.matrices @ self.basis


def principal(rows: Tensor, most: int) -> Tensor:
    """The principal directions of rows (r d) about zero, strongest first, (k d), k <= most; the axes where k = d."""
    _, strengths, directions = torch.linalg.svd(torch.linalg.qr(rows, mode="r").R, full_matrices=False)
    real = int((strengths > ROUNDING * strengths[0]).sum())
    k = max(1, min(real, most))
    return torch.eye(k, dtype=rows.dtype) if k == rows.shape[-1] else directions[:k]


def solve(before: Tensor, after: Tensor) -> Tensor:
    """rho = (sum a b^T) (sum b b^T + ridge I)^-1 over the rows b of before and a of after, (n r k) -> (n k k).

    The ridge is the residual |a - rho b|^2 of each component in the mean, of the fit without one: features before are
    taken to be as uncertain as those after. Where the fit is exact, the ridge is rounding.
    """
    gram, cross = before.mT @ before, after.mT @ before
    rounding = ROUNDING**2 * gram.diagonal(dim1=-2, dim2=-1).mean(-1)
    rough = _ridge(gram, cross, rounding.clamp_min(torch.finfo(gram.dtype).tiny))
    residual = (after - before @ rough.mT).square().sum(1).mean(-1)
    return _ridge(gram, cross, residual + rounding.clamp_min(torch.finfo(gram.dtype).tiny))


def _ridge(gram: Tensor, cross: Tensor, ridge: Tensor) -> Tensor:
    ridged = gram + ridge[:, None, None] * torch.eye(gram.shape[-1], dtype=gram.dtype)
    return torch.linalg.solve(ridged, cross, left=False)


def variation(z: Tensor) -> Tensor:
    """sum |z - mean over samples|^2, (n b p d) -> (n); zero where that is rounding.

    What is alike for all samples, as a bias or the effect of a border is, tells nothing of the input.
    """
    varying, power = (z - z.mean(1, keepdim=True)).square().sum((1, 2, 3)), z.square().sum((1, 2, 3))
    return varying.where(varying > ROUNDING**2 * power, 0)


def explained(predicted: Tensor, actual: Tensor) -> Tensor:
    """R^2 = 1 - |actual - predicted|^2 / |actual - mean over samples|^2, (n b p d) -> (n).

    It is zero where `actual` does not vary over samples: of a collapsed layer, nothing is explained.
    """
    total, missed = variation(actual), (actual - predicted).square().sum((1, 2, 3))
    return torch.where(total > 0, 1 - missed / total.where(total > 0, 1), 0)


def effective_rank(z: Tensor) -> float:
    """The participation ratio (sum of variances)^2 / sum of squared variances over principal components of z: (r k).

    It lies between 1 and k, and is zero where nothing varies. Source: Gao et al. 2017 (bioRxiv 214262).
    """
    centred = z - z.mean(0)
    covariance = centred.T @ centred
    total = covariance.trace().square()
    return (total / covariance.square().sum()).item() if total > 0 else 0.0
