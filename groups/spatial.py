"""Rotations of space, and with reflections."""

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


@dataclass(frozen=True)
class O3(LieGroup):
    """Rotations and reflections of R^3, params (inversion, w, x, y, z): (-1)^inversion times a rotation.

    The inversion x -> -x commutes with all; a reflection is the inversion after half a turn about its normal. log
    raises ValueError for what is no rotation: it is not in the image of exp.
    """

    @property
    def algebra_dim(self) -> int:
        return 3

    def _identity(self) -> list[float]:
        return [0.0, *SO3()._identity()]

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        inverted = torch.remainder(p[..., :1] + q[..., :1], 2)
        return torch.cat([inverted, SO3()._compose(p[..., 1:], q[..., 1:])], dim=-1)

    def _inverse(self, p: Tensor) -> Tensor:
        return torch.cat([p[..., :1], SO3()._inverse(p[..., 1:])], dim=-1)

    def _exp(self, v: Tensor) -> Tensor:
        return torch.cat([torch.zeros_like(v[..., :1]), SO3()._exp(v)], dim=-1)

    def _log(self, p: Tensor) -> Tensor:
        if (p[..., 0] != 0).any():
            raise ValueError("O3 has no logarithm of a reflection")
        return SO3()._log(p[..., 1:])

    def _norm(self, p: Tensor) -> Tensor:
        angle = SO3()._norm(p[..., 1:])
        return torch.where(p[..., 0] == 0, angle, torch.full_like(angle, torch.pi))

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        turn = SO3().sample(*shape, **draw).params
        inverted = torch.randint(2, (*shape, 1), generator=draw.get("generator"), device=turn.device)
        return Element(self, torch.cat([inverted.to(turn.dtype), turn], dim=-1))


def rotated(q: Tensor, u: Tensor) -> Tensor:
    """Vectors u: (*batch 3) turned by unit quaternions q: (*batch 4)."""
    return matmul(rotation_matrix(q), u[..., None])[..., 0]


def rotation_matrix(q: Tensor) -> Tensor:
    """The rotation matrix of a quaternion, (*batch 4) -> (*batch 3 3); its length, nearly 1, does not matter."""
    w, v = _split(q)
    x, y, z = v.unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=-1).unflatten(-1, (3, 3))
    eye = torch.eye(3, dtype=q.dtype, device=q.device)
    square = q.square().sum(-1)[..., None, None]
    return eye + 2 * (w[..., None] * cross + matmul(cross, cross)) / square


def _split(q: Tensor) -> tuple[Tensor, Tensor]:
    return q[..., :1], q[..., 1:]


def _unit(q: Tensor) -> Tensor:
    return q / q.norm(dim=-1, keepdim=True)
