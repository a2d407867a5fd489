"""Which elements to test."""

from __future__ import annotations

import math

import torch

from groups import (
    O2,
    Affine2,
    Element,
    FiniteGroup,
    Group,
    LieGroup,
    SemidirectProduct,
    Similarity2,
)
from groups.plane import affine
from groups.warp import ON_PIXEL

MOST = 64
"""Elements of a finite group beyond which a sample is tested."""
TURNS = 16
"""Elements tested of a Lie group."""


def elements_to_test(group: Group, seed: int = 0) -> Element:
    """All elements of a small finite group, evenly spaced ones of a circle, and otherwise a sample; (g).

    >>> from groups import Cyclic
    >>> len(elements_to_test(Cyclic(8)))
    8
    """
    if group.order is not None and group.order <= MOST:
        return group.elements()  # type: ignore[attr-defined]
    if isinstance(group, LieGroup) and group.algebra_dim == 1 and group.param_dim == 1 and _is_circle(group):
        return group.exp(2 * math.pi / TURNS * torch.arange(TURNS, dtype=torch.float64)[:, None])
    generator = torch.Generator().manual_seed(seed)
    dtype = None if isinstance(group, FiniteGroup) else torch.float64
    sampled = group.sample(MOST // 2 - 1, generator=generator, dtype=dtype).params
    return Element(group, torch.cat([group.identity(1).params, right_angles(group), sampled]).to(sampled.dtype))


def right_angles(group: Group) -> torch.Tensor:
    """Parameters of turns and reflections that keep the pixel lattice, where a sample would seldom hold them, (n p)."""
    turn = math.pi / 2 * torch.arange(1, 4, dtype=torch.float64)
    zero, one = torch.zeros_like(turn), torch.ones_like(turn)
    if isinstance(group, O2):
        return torch.cat([torch.stack([zero, turn], dim=1), torch.stack([one, turn], dim=1)])
    if isinstance(group, Similarity2):
        return torch.cat([turn[:, None], torch.zeros(3, group.param_dim - 1, dtype=torch.float64)], dim=1)
    if isinstance(group, Affine2):
        return torch.stack([turn.cos(), -turn.sin(), turn.sin(), turn.cos(), zero, zero], dim=1)
    if isinstance(group, SemidirectProduct) and group.order is None:
        return group.pair(group.first.identity(1), elements_to_test(group.second)).params
    return torch.empty(0, group.param_dim)


def turns(g: Element) -> tuple[list[float], torch.Tensor]:
    """The angles in radians of elements g: (n) that turn the plane about its centre, and which these are, (n)."""
    try:
        matrix = affine(g).cpu()
    except TypeError:
        return [], torch.zeros(len(g), dtype=torch.bool)
    turned = (matrix[:, :2, :2].det() > 0) & (matrix[:, :2, 2].norm(dim=-1) < ON_PIXEL)
    return torch.atan2(matrix[:, 1, 0], matrix[:, 0, 0])[turned].tolist(), turned


def _is_circle(group: LieGroup) -> bool:
    turn = group.exp(torch.tensor([2 * math.pi], dtype=torch.float64))
    return bool(group.norm(turn) < 1e-6)
