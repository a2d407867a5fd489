"""Lie groups acting on the plane: rotations, translations, motions, similarities, affine maps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Unpack

import torch
from torch import Tensor

from groups.element import Element
from groups.group import LieGroup, Sampling, wrap
from groups.matrix import logm, matmul, phi


@dataclass(frozen=True)
class SO2(LieGroup):
    """Rotations of the plane, params (angle) in radians, counter-clockwise."""

    def _identity(self) -> list[float]:
        return [0.0]

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return wrap(p + q)

    def _inverse(self, p: Tensor) -> Tensor:
        return wrap(-p)

    def _exp(self, v: Tensor) -> Tensor:
        return wrap(v)

    def _log(self, p: Tensor) -> Tensor:
        return wrap(p)

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        return self.ball(math.pi, *shape, **draw)


@dataclass(frozen=True)
class O2(LieGroup):
    """Rotations and reflections of the plane, params (flip, angle): R(angle) s^flip, angle in radians.

    log raises ValueError for reflections: they are not in the image of exp.
    """

    def _identity(self) -> list[float]:
        return [0.0, 0.0]

    @property
    def algebra_dim(self) -> int:
        return 1

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        (f, a), (g, b) = p.unbind(-1), q.unbind(-1)
        return torch.stack([torch.remainder(f + g, 2), wrap(a + (1 - 2 * f) * b)], dim=-1)

    def _inverse(self, p: Tensor) -> Tensor:
        f, a = p.unbind(-1)
        return torch.stack([f, wrap((2 * f - 1) * a)], dim=-1)

    def _exp(self, v: Tensor) -> Tensor:
        return torch.cat([torch.zeros_like(v), wrap(v)], dim=-1)

    def _log(self, p: Tensor) -> Tensor:
        if (p[..., 0] != 0).any():
            raise ValueError("O2 has no logarithm of a reflection")
        return wrap(p[..., 1:])

    def _norm(self, p: Tensor) -> Tensor:
        f, a = p.unbind(-1)
        return torch.where(f == 0, wrap(a).abs(), torch.full_like(a, math.pi))

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        turn = self.ball(math.pi, *shape, **draw).params
        flip = torch.randint(2, (*shape, 1), generator=draw.get("generator"), device=turn.device).to(turn.dtype)
        return Element(self, torch.cat([flip, turn[..., 1:]], dim=-1))


@dataclass(frozen=True)
class Translation(LieGroup):
    """Translations of R^d, params (x, y, ...), in pixels (x to the right, y up).

    Raises:
        ValueError: d < 1.
    """

    d: int

    def __post_init__(self) -> None:
        if self.d < 1:
            raise ValueError(f"Translation needs d >= 1, got {self.d}")

    def _identity(self) -> list[float]:
        return [0.0] * self.d

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return p + q

    def _inverse(self, p: Tensor) -> Tensor:
        return -p

    def _exp(self, v: Tensor) -> Tensor:
        return v

    def _log(self, p: Tensor) -> Tensor:
        return p


@dataclass(frozen=True)
class Similarity2(LieGroup):
    """Turns, zooms and shifts of the plane, params (angle, log-scale, x, y): z -> exp(s + i a) z + (x + i y).

    The algebra has the same coordinates; exp(w, v) = (w, phi(w) v), phi(w) = (e^w - 1) / w over the complex numbers.
    """

    def _identity(self) -> list[float]:
        return [0.0] * 4

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        (w, t), (v, u) = self._complex(p), self._complex(q)
        return self._real(w + v, t + w.exp() * u)

    def _inverse(self, p: Tensor) -> Tensor:
        w, t = self._complex(p)
        return self._real(-w, -(-w).exp() * t)

    def _exp(self, v: Tensor) -> Tensor:
        w, t = self._complex(v)
        return self._real(w, phi(w) * t)

    def _log(self, p: Tensor) -> Tensor:
        w, t = self._complex(p)
        w = torch.complex(w.real, wrap(w.imag))
        return self._real(w, t / phi(w))

    def _complex(self, p: Tensor) -> tuple[Tensor, Tensor]:
        angle, scale, x, y = p.unbind(-1)
        return torch.complex(scale, angle), torch.complex(x, y)

    def _real(self, w: Tensor, t: Tensor) -> Tensor:
        w, t = torch.broadcast_tensors(w, t)
        return torch.stack([wrap(w.imag), w.real, t.real, t.imag], dim=-1)


@dataclass(frozen=True)
class SE2(Similarity2):
    """Rigid motions of the plane, params (angle, x, y), in radians and pixels: z -> exp(i a) z + (x + i y)."""

    def _identity(self) -> list[float]:
        return [0.0] * 3

    def _complex(self, p: Tensor) -> tuple[Tensor, Tensor]:
        angle, x, y = p.unbind(-1)
        return torch.complex(torch.zeros_like(angle), angle), torch.complex(x, y)

    def _real(self, w: Tensor, t: Tensor) -> Tensor:
        w, t = torch.broadcast_tensors(w, t)
        return torch.stack([wrap(w.imag), t.real, t.imag], dim=-1)


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
        return from_homogeneous(torch.linalg.inv(homogeneous(p)))

    def _exp(self, v: Tensor) -> Tensor:
        return from_homogeneous(torch.linalg.matrix_exp(homogeneous(v, corner=0.0)))

    def _log(self, p: Tensor) -> Tensor:
        return from_homogeneous(logm(homogeneous(p)))

    def _norm(self, p: Tensor) -> Tensor:
        return (p - p.new_tensor(self._identity())).norm(dim=-1)


def homogeneous(p: Tensor, corner: float = 1.0) -> Tensor:
    """(a, b, c, d, x, y) -> [[a, b, x], [c, d, y], [0, 0, corner]], (*batch 6) -> (*batch 3 3)."""
    top = torch.cat([p[..., :4].unflatten(-1, (2, 2)), p[..., 4:, None]], dim=-1)
    bottom = p.new_tensor([0.0, 0.0, corner]).expand(*p.shape[:-1], 1, 3)
    return torch.cat([top, bottom], dim=-2)


def from_homogeneous(m: Tensor) -> Tensor:
    """The inverse of homogeneous, (*batch 3 3) -> (*batch 6)."""
    return torch.cat([m[..., :2, :2].flatten(-2), m[..., :2, 2]], dim=-1)
