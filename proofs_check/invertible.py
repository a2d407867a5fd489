"""Stages that can be undone exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from einops import einsum
from torch import Tensor, nn

from homossl.credit import Inverse
from proofs_check.examples import noise

Map = Callable[[Tensor], Tensor]
MAPS: dict[str, tuple[Map, Map]] = {
    "leaky ReLU": (lambda x: F.leaky_relu(x, 0.5), lambda x: F.leaky_relu(x, 2.0)),
    "smooth leaky ReLU": (lambda x: (3 * x + (x**2 + 1).sqrt()) / 4, lambda y: (3 * y - (y**2 + 0.5).sqrt()) / 2),
}
"""Bijections of the line with slopes from 1/2 to 1, and their inverses."""


class Rotated(nn.Module):
    """x -> act(Q x), Q: (c c) orthogonal over the channels of every cell, for a bijective act with its inverse."""

    def __init__(self, q: Tensor, act: tuple[Map, Map]) -> None:
        super().__init__()
        self.q, self.act = nn.Parameter(q), act

    def forward(self, x: Tensor) -> Tensor:
        return self.act[0](einsum(self.q, x, "d c, b c h w -> b d h w"))

    def undo(self, z: Tensor) -> Tensor:
        """act(Q x) -> x."""
        return einsum(self.q, self.act[1](z), "d c, b d h w -> b c h w")


class Undone(nn.Module):
    """The inverse of a Rotated, its rotation being a copy."""

    def __init__(self, stage: Rotated) -> None:
        super().__init__()
        self.copy = Rotated(stage.q.detach().clone(), stage.act)

    def forward(self, z: Tensor) -> Tensor:
        return self.copy.undo(z)


@dataclass(frozen=True)
class Exact(Inverse):
    """g_l = f_l^-1."""

    def build(self, stage: Any, x: Tensor, z: Tensor) -> nn.Module:
        return Undone(stage)


def rotations(act: str, depth: int, channels: int = 5, seed: int = 0) -> nn.ModuleList:
    """Stages with random rotations, in float64."""
    q, _ = torch.linalg.qr(noise(depth, channels, channels, seed=seed))
    return nn.ModuleList(Rotated(one, MAPS[act]) for one in q)
