"""Rigid motions of space."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups.lie import LieGroup
from groups.spatial import SO3, rotated


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
