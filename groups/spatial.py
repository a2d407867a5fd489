"""Rotations of space, with reflections and with shifts."""

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


@dataclass(frozen=True)
class SE3(LieGroup):
    """Rigid motions of R^3, x -> R x + t, params (w, x, y, z, t_x, t_y, t_z): the quaternion of R, and the shift t.

    The algebra is (v, u), a rotation vector and a velocity: exp(v, u) = (exp v, V u), V = I + a V1 + b V1^2 with V1 u =
    v x u, a = (1 - cos |v|) / |v|^2 and b = (|v| - sin |v|) / |v|^3.

    Source: textbook, Rodrigues' formula and its integral.
    """

    @property
    def algebra_dim(self) -> int:
        return 6

    def _identity(self) -> list[float]:
        return [*SO3()._identity(), 0.0, 0.0, 0.0]

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        (r, t), (s, u) = _turn_and_shift(p), _turn_and_shift(q)
        return _rigid(SO3()._compose(r, s), t + rotated(r, u))

    def _inverse(self, p: Tensor) -> Tensor:
        r, t = _turn_and_shift(p)
        inverse = SO3()._inverse(r)
        return _rigid(inverse, -rotated(inverse, t))

    def _exp(self, v: Tensor) -> Tensor:
        v, u = v.split([3, 3], dim=-1)
        angle = v.norm(dim=-1, keepdim=True)
        half = torch.sinc(angle / (2 * torch.pi)).square() / 2
        return _rigid(SO3()._exp(v), _series(v, u, half, _third(angle)))

    def _log(self, p: Tensor) -> Tensor:
        r, t = _turn_and_shift(p)
        v = SO3()._log(r)
        half = torch.full_like(v[..., :1], -0.5)
        return torch.cat([v, _series(v, t, half, _twelfth(v.norm(dim=-1, keepdim=True)))], dim=-1)


def rotated(q: Tensor, u: Tensor) -> Tensor:
    """Vectors u: (*batch 3) turned by unit quaternions q: (*batch 4)."""
    return matmul(rotation_matrix(q), u[..., None])[..., 0]


def rotation_matrix(q: Tensor) -> Tensor:
    """The rotation matrix of a quaternion, (*batch 4) -> (*batch 3 3); its length, 1 up to rounding, does not matter."""
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


def _turn_and_shift(p: Tensor) -> tuple[Tensor, Tensor]:
    return p[..., :4], p[..., 4:]


def _rigid(q: Tensor, t: Tensor) -> Tensor:
    batch = torch.broadcast_shapes(q.shape[:-1], t.shape[:-1])
    return torch.cat([q.expand(*batch, 4), t.expand(*batch, 3)], dim=-1)


def _series(v: Tensor, u: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """u + a v x u + b v x (v x u)."""
    once = torch.linalg.cross(v, u)
    return u + a * once + b * torch.linalg.cross(v, once)


def _third(angle: Tensor) -> Tensor:
    """(a - sin a) / a^3 = 1/6 - a^2/120 + ..., accurate at 0."""
    small, square = angle < 0.1, angle.square()
    safe = torch.where(small, torch.ones_like(angle), angle)
    return torch.where(
        small, (1 - square / 20 * (1 - square / 42 * (1 - square / 72))) / 6, (safe - safe.sin()) / safe**3
    )


def _twelfth(angle: Tensor) -> Tensor:
    """(1 - a/2 cot a/2) / a^2 = 1/12 + a^2/720 + ..., accurate at 0, for a in [0, pi]."""
    small, square = angle < 0.1, angle.square()
    safe = torch.where(small, torch.ones_like(angle), angle)
    exact = (1 - safe / 2 * (safe / 2).cos() / (safe / 2).sin()) / safe.square()
    return torch.where(small, (1 + square / 60 * (1 + square / 42 * (1 + square / 40))) / 12, exact)
