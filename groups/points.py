"""Actions on clouds of points: what moves space moves the coordinates, and permutations the points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import torch
from torch import Tensor

from groups.action import Action
from groups.element import Element
from groups.group import Group
from groups.parts import factors, parts
from groups.permutations import Symmetric
from groups.planar import Translation
from groups.representation import Representation
from groups.rigid import SE3
from groups.spatial import O3, SO3
from groups.standard import Standard

POINTS = 24
"""Points of a cloud drawn for checks."""


@dataclass(frozen=True)
class PointAction(Action):
    """A group moving clouds x: (*batch n 3+k): the coordinates of n points of space, and k further columns.

    SO3, O3, SE3 and Translation(3) move the coordinates, Symmetric(n) permutes the points, and a direct product does
    what its factors do. The further columns stay as they are, as labels do, or are vectors that turn with the space.

    >>> from groups import PointAction, Translation
    >>> PointAction(Translation(3))(Translation(3).element([1.0, 0.0, 0.0]), torch.zeros(1, 2, 4)).tolist()
    [[[1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]]]

    Raises:
        TypeError: the group does not move points of space, or neither it nor a part of it moves the fibre.
        ValueError: a cloud has fewer than 3 columns, other columns than the fibre has dimensions, or another number of
            points than are permuted.
    """

    group: Any
    """The group that moves the clouds."""
    fibre: Representation | None = None
    """How the group, a factor of it or its rotations move the further columns; None: they stay, however many."""

    def __post_init__(self) -> None:
        e = self.group.identity()
        for part in factors(e):
            _require_mover(part.group)
        known = list(dict.fromkeys(part.group for part in parts(e)))
        if self.fibre is not None and self.fibre.group not in known:
            raise TypeError(f"fibres over points represent one of {known}, got {self.fibre.group}")

    @property
    def event_dim(self) -> int:
        return 2

    def act(self, g: Element, x: Tensor) -> Tensor:
        place, columns = x[..., :3], x[..., 3:]
        if self.fibre is not None:
            turn = next(part for part in parts(g) if part.group == self.fibre.group)
            columns = self.fibre(turn[..., None], columns)
        batch = torch.broadcast_shapes(g.shape, x.shape[:-2])
        x = torch.cat([part.expand(*batch, *part.shape[-2:]) for part in (place, columns)], dim=-1)
        for part in factors(g):
            x = _move(part.group, part, x)
        return x

    def check(self, g: Element, x: Tensor) -> None:
        super().check(g, x)
        n, columns = x.shape[-2:]
        if columns < 3 or (self.fibre is not None and self.fibre.dim != columns - 3):
            wanted = "k" if self.fibre is None else str(self.fibre.dim)
            raise ValueError(f"{self} moves clouds (*batch n 3+{wanted}), got {tuple(x.shape)}")
        if (fixed := self._points) and fixed != n:
            raise ValueError(f"{self.group} permutes {fixed} points, got a cloud of shape {tuple(x.shape)}")

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        """Normal numbers, (n points 3+k)."""
        points, columns = self._points or size or POINTS, 3 + (self.fibre.dim if self.fibre else 0)
        return torch.randn(n, points, columns, generator=generator, dtype=torch.float64)

    def readings(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """The further columns and their invariants, both averaged over the points."""
        if self.fibre is None:
            return super().readings(z)
        columns = z[..., 3:]
        return columns.mean(-2), self.fibre.invariants(columns).mean(-2)

    @property
    def _points(self) -> int | None:
        """How many points a permutation is of."""
        groups = [part.group for part in factors(self.group.identity())]
        return next((group.n for group in groups if isinstance(group, Symmetric)), None)


def _require_mover(group: Group) -> None:
    if not isinstance(group, SO3 | O3 | SE3 | Symmetric) and group != Translation(3):
        raise TypeError(f"points of space are moved by SO3, O3, SE3, Translation(3) and Symmetric, got {group}")


@singledispatch
def _move(group: Group, g: Element, x: Tensor) -> Tensor:
    """The rotations, reflections and rigid motions of space, by their matrices."""
    matrix = Standard(group).matrix(g, dtype=x.dtype)[..., None, :3, :]
    place = (matrix[..., :3] * x[..., None, :3]).sum(-1)  # no product of matrices: TF32 and autocast leave it alone
    return torch.cat([place + matrix[..., 3:].sum(-1), x[..., 3:]], dim=-1)


@_move.register
def _(group: Translation, g: Element, x: Tensor) -> Tensor:
    return x + torch.nn.functional.pad(g.params.to(x.dtype), (0, x.shape[-1] - 3))[..., None, :]


@_move.register
def _(group: Symmetric, g: Element, x: Tensor) -> Tensor:
    source = (~g).params.long()[..., None].expand(x.shape)
    return x.gather(-2, source)
