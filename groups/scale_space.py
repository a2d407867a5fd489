"""Functions over turns and scales: on a circle of angles and a truncated axis of scales."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from groups.element import Element
from groups.finite import Cyclic
from groups.group import Group
from groups.lattice import point_group
from groups.planar import SO2
from groups.plane import affine
from groups.representation import Representation
from groups.warp import ON_PIXEL


@dataclass(frozen=True)
class ScaleSpace(Representation):
    """Functions on r turns and s scales, [g z](a, t) = z(a - angle, t - log-scale), the value at point a s + t.

    Turns wrap around and scales do not: beyond both ends of their axis lies zero. Between the points z is interpolated
    linearly, so that rho(g h) = rho(g) rho(h) where g and h move by whole steps and lose nothing. A single turn, or a
    single scale, is what pooling leaves: it stays as it is.

    >>> from groups import Scale
    >>> ScaleSpace(Scale(), scales=3, step=0.5)(Scale().element([0.5]), torch.tensor([1.0, 2.0, 3.0])).tolist()
    [0.0, 1.0, 2.0]

    Raises:
        ValueError: turns or scales is below 1, step is not positive, or the turns of a C_n are not among those here.
        TypeError: the group has motions that are no similarities, or reflections.
    """

    group: Any
    """The group that acts, by the angles and zooms of its motions of the plane."""
    scales: int = 4
    """Points of the axis of scales."""
    turns: int = 1
    """Points of the circle."""
    step: float = math.log(2) / 3
    """Log-scale between neighbouring scales."""

    def __post_init__(self) -> None:
        if min(self.scales, self.turns) < 1 or not self.step > 0:
            raise ValueError(f"a ScaleSpace has scales >= 1, turns >= 1 and a step > 0, got {self}")
        turning = point_group(self.group)
        if not isinstance(turning, Cyclic | SO2):
            raise TypeError(f"a ScaleSpace is moved by turns, zooms and shifts, got {self.group}")
        if isinstance(turning, Cyclic) and self.turns > 1 and self.turns % turning.n:
            raise ValueError(f"a ScaleSpace of {self.group} has a multiple of {turning.n} turns, got {self.turns}")

    @property
    def exact(self) -> bool:
        return self.group.order is not None  # a finite group does not zoom

    @property
    def tolerance(self) -> float:
        return 1e-5 if self.exact else 1.0

    @property
    def dim(self) -> int:
        return self.turns * self.scales

    def steps(self, g: Element, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
        """By how many points g moves along the circle and the axis, (*batch) each; along a pooled one, by none."""
        angle, log_scale = similarity(g, dtype)
        turned, zoomed = angle * self.turns / (2 * math.pi), log_scale / self.step
        return turned if self.turns > 1 else 0 * turned, zoomed if self.scales > 1 else 0 * zoomed

    def on_axis(self, g: Element) -> Tensor:
        """Which points have their source on the axis of scales, (*batch dim) bool."""
        source = torch.arange(self.scales, device=g.device) - self.steps(g)[1][..., None]
        inside = (source > -ON_PIXEL) & (source < self.scales - 1 + ON_PIXEL)
        return inside[..., None, :].expand(*g.shape, self.turns, -1).flatten(-2)

    def invariants(self, x: Tensor) -> Tensor:
        """The mean over all points; a zoom moves some of them off the axis."""
        return x.mean(-1, keepdim=True)

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        turned, zoomed = self.steps(g, dtype)
        around = _offsets(self.turns, turned)
        around = hat(around - self.turns * (around / self.turns).round())
        along = hat(_offsets(self.scales, zoomed))
        around, along = around[..., :, None, :, None], along[..., None, :, None, :]
        return (around * along).reshape(*g.shape, self.dim, self.dim)


@dataclass(frozen=True)
class RandomScaleSpace(ScaleSpace):
    """The same points, moved by exp(a A + t B + a^2 C + t^2 D), random skew matrices that do not commute: no action."""

    seed: int = 0
    """Seed of the four matrices."""

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        noise = torch.randn(4, self.dim, self.dim, generator=torch.Generator().manual_seed(self.seed))
        steps = torch.stack(self.steps(g, dtype))
        skew = (noise - noise.mT).to(g.device, dtype)
        return torch.linalg.matrix_exp(torch.einsum("m...,mij->...ij", torch.cat([steps, steps.square()]), skew))


def similarity(g: Element, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    """The angle and the log-scale of motions of the plane that are similarities, (*batch) each."""
    matrix = affine(g, dtype)
    across, up = matrix[..., 0, 0], matrix[..., 1, 0]
    return torch.atan2(up, across), (across.square() + up.square()).log() / 2


def hat(x: Tensor) -> Tensor:
    """max(0, 1 - |x|), the weights of linear interpolation; its slope at a corner is the mean of those beside it."""
    return torch.maximum(1 - x.abs(), torch.zeros_like(x))


def _offsets(n: int, steps: Tensor) -> Tensor:
    """How far each point lies from where every other one is moved, (*batch) -> (*batch n n)."""
    points = torch.arange(n, device=steps.device, dtype=steps.dtype)
    return points[:, None] - points - steps[..., None, None]


def has_turns(group: Group) -> bool:
    """Whether some motion of a group turns the plane."""
    return point_group(group).order != 1
