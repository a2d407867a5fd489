"""Matrix functions that torch lacks: a product in full precision, the logarithm, and phi(w) = (e^w - 1) / w."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

QUADRATURE = np.polynomial.legendre.leggauss(8)


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """The product of small matrices, (*batch d e) (*batch e k) -> (*batch d k), untouched by autocast and TF32."""
    return (a[..., :, :, None] * b[..., None, :, :]).sum(dim=-2)


def phi(w: Tensor) -> Tensor:
    """phi(w) = (e^w - 1) / w = 1 + w/2 + w^2/6 + ..., accurate at w = 0, for complex w."""
    small = w.abs() < 1e-2
    safe = torch.where(small, torch.ones_like(w), w)
    series = 1 + w / 2 * (1 + w / 3 * (1 + w / 4 * (1 + w / 5 * (1 + w / 6))))
    return torch.where(small, series, (safe.exp() - 1) / safe)


def logm(m: Tensor) -> Tensor:
    """The principal logarithm of real matrices, (*batch d d), by inverse scaling and squaring.

    log m = 2^k log m^(1/2^k); near I, log(I + X) = integral over t in [0, 1] of X (I + t X)^-1, by Gauss-Legendre
    quadrature (Higham, Functions of Matrices, sec. 11.4-11.5).

    Raises:
        ValueError: an eigenvalue is zero or negative, so that no principal logarithm exists.
    """
    eigenvalues = torch.linalg.eigvals(m)
    if ((eigenvalues.imag.abs() < 1e-7) & (eigenvalues.real <= 0)).any():
        raise ValueError(f"no principal logarithm: an eigenvalue is zero or negative, got {eigenvalues.tolist()}")
    eye = torch.eye(m.shape[-1], dtype=m.dtype, device=m.device)
    halvings = 0
    while (m - eye).abs().amax() > 0.25 and halvings < 40:
        m, halvings = _sqrtm(m), halvings + 1
    return 2**halvings * _log_near_identity(m - eye, eye)


def _log_near_identity(x: Tensor, eye: Tensor) -> Tensor:
    nodes, weights = (QUADRATURE[0] + 1) / 2, QUADRATURE[1] / 2
    return sum(w * torch.linalg.solve(eye + t * x, x) for t, w in zip(nodes, weights, strict=True))  # type: ignore[return-value]


def _sqrtm(m: Tensor) -> Tensor:
    """The principal square root by the product form of Denman-Beavers iteration."""
    y, z = m, torch.eye(m.shape[-1], dtype=m.dtype, device=m.device).expand_as(m)
    for _ in range(12):
        y, z = (y + torch.linalg.inv(z)) / 2, (z + torch.linalg.inv(y)) / 2
    return y
