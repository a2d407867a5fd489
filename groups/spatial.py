"""Rotations of space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

import torch
from torch import Tensor

from groups.element import Element
from groups.lie import LieGroup
from groups.matrix import matmul
from groups.sampling import Sampling, placed


@dataclass(frozen=True)
class SO3(LieGroup):
    """Rotations of R^3 as unit quaternions, params (w, x, y, z); q and -q name the same rotation.

    The algebra is the rotation vector, axis times angle in radians: exp(v) = (cos |v|/2, sin |v|/2 v/|v|).
    """

    @property
    def algebra_dim(self) -> int:
        return 3

    def _identity(self) -> list[float]:
        return [1.0, 0.0, 0.0, 0.0]

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        (a, u), (b, v) = _split(p), _split(q)
        u, v = torch.broadcast_tensors(u, v)
        real = a * b - (u * v).sum(-1, keepdim=True)
        return _unit(torch.cat([real, a * v + b * u + torch.linalg.cross(u, v)], dim=-1))

    def _inverse(self, p: Tensor) -> Tensor:
        return p * p.new_tensor([1.0, -1.0, -1.0, -1.0])

    def _exp(self, v: Tensor) -> Tensor:
        angle = v.norm(dim=-1, keepdim=True)
        return torch.cat([(angle / 2).cos(), torch.sinc(angle / (2 * torch.pi)) * v / 2], dim=-1)

    def _log(self, p: Tensor) -> Tensor:
        w, v = _split(p)
        sine = v.norm(dim=-1, keepdim=True)
        angle = 2 * torch.atan2(sine, w.abs())
        rate = torch.where(sine < 1e-12, torch.full_like(sine, 2.0), angle / sine.clamp_min(1e-12))
        return torch.where(w < 0, -1.0, 1.0) * rate * v

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        return Element(self, _unit(torch.randn((*shape, 4), **placed(draw))))


def rotation_matrix(q: Tensor) -> Tensor:
    """The rotation matrix of a unit quaternion, (*batch 4) -> (*batch 3 3)."""
    w, v = _split(q)
    x, y, z = v.unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=-1).unflatten(-1, (3, 3))
    eye = torch.eye(3, dtype=q.dtype, device=q.device)
    return eye + 2 * w[..., None] * cross + 2 * matmul(cross, cross)


def _split(q: Tensor) -> tuple[Tensor, Tensor]:
    return q[..., :1], q[..., 1:]


def _unit(q: Tensor) -> Tensor:
    return q / q.norm(dim=-1, keepdim=True)
