"""Actions on signals: [g z](u) = rho(g) z(g^-1 u) on a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import torch
from torch import Tensor

from groups.base_space import Field, Region
from groups.element import Element
from groups.finite import Cyclic
from groups.group import Group
from groups.line import copied, interpolated, line
from groups.representation import Representation, Trivial
from groups.smooth import SIDE, waves
from groups.warp import ON_PIXEL, Padding


@dataclass(frozen=True)
class LineAction(Field):
    """A group moving signals over a line, [g z](u) = rho(g) z(g^-1 u), z: (*batch c t), c = dim rho.

    Cyclic(n) shifts n cells around, exactly; Translation(1) shifts, and Affine1 stretches about the centre and shifts,
    in cells, with values between cells interpolated linearly. One cell of the grid is `stride` cells of the group's
    shifts. Whole shifts copy cells.

    Raises:
        TypeError: the group moves no line, or the fibre represents neither it nor Cyclic(1).
        ValueError: stride < 1, or cyclic shifts that are not padded "circular"; signals of another number of channels,
            or of another length than the cyclic shifts have.
    """

    group: Any
    """The group that moves the signals."""
    fibre: Representation
    """How the group acts on the channels; a representation of Cyclic(1) leaves them alone."""
    stride: int = 1
    """Cells of the group's shifts between cells of the grid."""
    padding: Padding = "zeros"
    """What lies beyond the ends of the line."""

    @property
    def event_dim(self) -> int:
        return 2

    def __post_init__(self) -> None:
        line(self.group.identity())
        if self.fibre.group not in (self.group, Cyclic(1)):
            raise TypeError(f"signals moved by {self.group} cannot have fibres that represent {self.fibre.group}")
        if self.stride < 1:
            raise ValueError(f"LineAction needs stride >= 1, got {self.stride}")
        if self.padding not in get_args(Padding):
            raise ValueError(f"padding is one of {get_args(Padding)}, got {self.padding!r}")
        if isinstance(self.group, Cyclic) and self.padding != "circular":
            raise ValueError(f"{self.group} wraps around the line: padding is 'circular', got {self.padding!r}")

    @property
    def exact(self) -> bool:
        return isinstance(self.group, Cyclic) and self.stride == 1

    @property
    def tolerance(self) -> float:
        return 1e-5 if self.exact else 0.1

    def act(self, g: Element, x: Tensor) -> Tensor:
        return self._read(g, x)

    def read(self, g: Element, x: Tensor, region: Region = None) -> Tensor:
        """The moved signal in a window only, [g z](B), (*batch c k)."""
        self.check(g, x)
        return self._read(g, x, region or (slice(None),))

    def sources(self, g: Element, cells: int) -> Tensor:
        """g^-1 u for each cell u of so many, counted from the first one, g: (*batch) -> (*batch cells)."""
        scale, shift = (part[..., None] for part in line(~g))
        u = torch.arange(cells, dtype=torch.float64, device=g.device) - (cells - 1) / 2
        points = scale * u + shift / self.stride + (cells - 1) / 2
        return torch.where((points - points.round()).abs() < ON_PIXEL, points.round(), points)

    def keeps_grid(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        points = self.sources(g, shape[-1])
        return (points == points.round()).all(-1) & (self.seen(g, shape).all(-1) | (self.padding == "circular"))

    def seen(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        """At which cells u of signals (... t) g^-1 u is on the line, (*batch t); all if it has no ends."""
        points = self.sources(g, shape[-1])
        inside = (points >= 0) & (points <= shape[-1] - 1)
        return inside | (self.padding == "circular")

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        """Waves of random phase on as many cells as there are cyclic shifts, or so many, (n c t)."""
        cells = self.group.n // self.stride if isinstance(self.group, Cyclic) else size or SIDE
        return waves(n, self.fibre.dim, cells, cells, generator)[:, :, cells // 2]

    def check(self, g: Element, x: Tensor) -> None:
        super().check(g, x)
        if x.shape[-2] != self.fibre.dim:
            raise ValueError(f"{self.fibre} needs signals (*batch {self.fibre.dim} t), got {tuple(x.shape)}")
        if isinstance(self.group, Cyclic) and x.shape[-1] * self.stride != self.group.n:
            cells = x.shape[-1] * self.stride
            raise ValueError(f"{self.group} shifts {self.group.n} cells around, got a signal on {cells}")

    def _read(self, g: Element, x: Tensor, region: Region = (slice(None),)) -> Tensor:
        points = self.sources(g, x.shape[-1])[..., region[0]]
        moved = (copied if self.exact else interpolated)(x, points, self.padding)
        return self.fibre(g[..., None], moved.mT).mT if self._turns else moved

    @property
    def _turns(self) -> bool:
        return self.fibre.group == self.group and not isinstance(self.fibre, Trivial)


def signal_action(group: Group, channels: int = 1, padding: Padding | None = None) -> LineAction:
    """A group moving signals (*batch c t) along the line; channels stay as they are.

    Beyond the ends lies the other end for cyclic shifts, and zero elsewhere, unless `padding` says otherwise.

    >>> x = torch.arange(4.0).reshape(1, 4)
    >>> signal_action(Cyclic(4))(Cyclic(4).element([1]), x).tolist()
    [[3.0, 0.0, 1.0, 2.0]]
    """
    own: Padding = "circular" if isinstance(group, Cyclic) else "zeros"
    return LineAction(group, Trivial(group, channels), padding=padding or own)
