"""Actions on the colours of images: every pixel alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from groups.action import Action
from groups.element import Element
from groups.group import Group
from groups.planar import SO2
from groups.representation import Representation


@dataclass(frozen=True)
class PointwiseAction(Action):
    """A representation moving the channels of every pixel alike, [g x](u) = rho(g) x(u), x: (*batch c h w)."""

    representation: Representation
    """How the group acts on the channels."""

    @property
    def event_dim(self) -> int:
        return 3

    @property
    def natural(self) -> bool:
        return False

    @property
    def group(self) -> Group:
        return self.representation.group

    def act(self, g: Element, x: Tensor) -> Tensor:
        return self.representation.on_channels(g, x)


@dataclass(frozen=True)
class Hue(Representation):
    """Hue rotation, SO(2) turning colours (r, g, b) about the grey axis by an angle in radians.

    rho(a) = cos a I + sin a K + (1 - cos a) u u^T with u = (1, 1, 1) / sqrt 3 and K v = u x v (Rodrigues).
    A third of a turn sends red to green to blue. It is linear: nothing is clipped, so it is a group action.
    """

    @property
    def group(self) -> Group:
        return SO2()

    @property
    def dim(self) -> int:
        return 3

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        angle = g.params[..., 0].to(dtype)
        third, cross = (1 - angle.cos()) / 3, angle.sin() / math.sqrt(3)
        same, before, after = third + angle.cos(), third - cross, third + cross
        rows = [same, before, after, after, same, before, before, after, same]
        return torch.stack(rows, dim=-1).unflatten(-1, (3, 3))


def hue_action() -> PointwiseAction:
    """SO(2) turning the hue of RGB images (*batch 3 h w)."""
    return PointwiseAction(Hue())
