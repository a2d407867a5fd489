"""How groups move a line, by shifts, cyclic shifts and stretches, and what is read at moved points of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

import torch
from torch import Tensor

from groups.element import Element
from groups.finite import Cyclic
from groups.group import Group
from groups.lie import LieGroup
from groups.matrix import phi
from groups.planar import Translation
from groups.warp import Padding


@dataclass(frozen=True)
class Affine1(LieGroup):
    """Stretches and shifts of a line that keep its direction, params (log-scale, x): u -> e^s u + x, x in cells.

    The algebra has the same coordinates; exp(s, v) = (s, phi(s) v), phi(s) = (e^s - 1) / s.

    >>> Affine1().exp(torch.tensor([0.0, 2.0])).params.tolist()
    [0.0, 2.0]
    """

    def _identity(self) -> list[float]:
        return [0.0, 0.0]

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        (s, x), (r, y) = p.unbind(-1), q.unbind(-1)
        return torch.stack(torch.broadcast_tensors(s + r, x + s.exp() * y), dim=-1)

    def _inverse(self, p: Tensor) -> Tensor:
        s, x = p.unbind(-1)
        return torch.stack([-s, -(-s).exp() * x], dim=-1)

    def _exp(self, v: Tensor) -> Tensor:
        s, x = v.unbind(-1)
        return torch.stack([s, phi(s) * x], dim=-1)

    def _log(self, p: Tensor) -> Tensor:
        s, x = p.unbind(-1)
        return torch.stack([s, x / phi(s)], dim=-1)


@singledispatch
def _line(group: Group, g: Element, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    raise TypeError(f"{group} does not move a line: expected Cyclic(n), Translation(1) or Affine1()")


def line(g: Element, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    """The motion u -> a u + x of a line by g, a and x: (*batch), x in cells; Cyclic(n) shifts n cells around.

    >>> [part.item() for part in line(Cyclic(8).element([3]))]
    [1.0, 3.0]

    Raises:
        TypeError: the group moves no line.
    """
    return _line(g.group, g, dtype)


@_line.register
def _(group: Cyclic, g: Element, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    return _shift(g, dtype)


@_line.register
def _(group: Translation, g: Element, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    if group.d != 1:
        raise TypeError(f"{group} does not move a line: expected Translation(1)")
    return _shift(g, dtype)


@_line.register
def _(group: Affine1, g: Element, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    log_scale, x = g.params.to(dtype).unbind(-1)
    return log_scale.exp(), x


def _shift(g: Element, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    x = g.params[..., 0].to(dtype)
    return torch.ones_like(x), x


def copied(x: Tensor, cell: Tensor, padding: Padding) -> Tensor:
    """Values of signals at whole cells, counted from the first: x (*batch c t), cell (*batch k) -> (*batch c k)."""
    t = x.shape[-1]
    index = (cell.remainder(t) if padding == "circular" else cell.clamp(0, t - 1)).long()
    batch = torch.broadcast_shapes(x.shape[:-2], cell.shape[:-1])
    shape = (*batch, x.shape[-2], cell.shape[-1])
    values = x.expand(*batch, *x.shape[-2:]).gather(-1, index[..., None, :].expand(shape))
    inside = ((cell >= 0) & (cell < t))[..., None, :]
    return values.where(inside, values.new_zeros(())) if padding == "zeros" else values


def interpolated(x: Tensor, points: Tensor, padding: Padding) -> Tensor:
    """Linear values of signals at points counted in cells from the first: x (*batch c t), points (*batch k)."""
    before = points.floor()
    share = (points - before).to(x.dtype)[..., None, :]
    return torch.lerp(copied(x, before, padding), copied(x, before + 1, padding), share)
