"""Affine maps of the plane, and their homogeneous matrices."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups.lie import LieGroup
from groups.matrix import logm, matmul


@dataclass(frozen=True)
class Affine2(LieGroup):
    """Invertible affine maps of the plane, params (a, b, c, d, x, y): [[a, b, x], [c, d, y], [0, 0, 1]].

    The shift (x, y) is in pixels. The norm is |g - e|, so the distance is left invariant but not symmetric.
    log exists where no eigenvalue of the linear part is zero or negative, and raises ValueError elsewhere.
    """

    def _identity(self) -> list[float]:
        return [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return from_homogeneous(matmul(homogeneous(p), homogeneous(q)))

    def _inverse(self, p: Tensor) -> Tensor:
        a, b, c, d, x, y = p.unbind(-1)
        inverse = torch.stack([d, -b, -c, a, b * y - d * x, c * x - a * y], dim=-1)
        return inverse / (a * d - b * c)[..., None]  # in closed form: torch.linalg.inv waits for the device

    def _exp(self, v: Tensor) -> Tensor:
        return from_homogeneous(torch.linalg.matrix_exp(homogeneous(v, corner=0.0)))

    def _log(self, p: Tensor) -> Tensor:
        return from_homogeneous(logm(homogeneous(p)))

    def _norm(self, p: Tensor) -> Tensor:
        return (p - p.new_tensor(self._identity())).norm(dim=-1)


def homogeneous(p: Tensor, corner: float = 1.0) -> Tensor:
    """(a, b, c, d, x, y) -> [[a, b, x], [c, d, y], [0, 0, corner]], (*batch 6) -> (*batch 3 3)."""
    top = torch.cat([p[..., :4].unflatten(-1, (2, 2)), p[..., 4:, None]], dim=-1)
    zero = torch.zeros_like(p[..., :1])
    bottom = torch.stack([zero, zero, zero + corner], dim=-1)  # unlike a copy of host values, needs no waiting
    return torch.cat([top, bottom], dim=-2)


def from_homogeneous(m: Tensor) -> Tensor:
    """The inverse of homogeneous, (*batch 3 3) -> (*batch 6)."""
    return torch.cat([m[..., :2, :2].flatten(-2), m[..., :2, 2]], dim=-1)
