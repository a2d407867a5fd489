"""Similarities and rigid motions of the plane, as complex affine maps."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups.lie import LieGroup, wrap
from groups.matrix import phi


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
