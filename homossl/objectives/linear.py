"""Linear maps of embeddings: one for all pairs, or one for each motion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from groups import Element, FiniteGroup, Group
from homossl.objectives.checks import check_positive, finite_group
from homossl.objectives.efference import known_motion
from homossl.objectives.heads import Network
from homossl.types import Pairs


@dataclass(frozen=True)
class Linear(Network):
    """A matrix without bias, p = W z: (b dim) -> (b out).

    Raises:
        ValueError: out is below 1.
    """

    out: int | None = None
    """Length of the vectors that come out; None keeps that of those that go in."""

    def __post_init__(self) -> None:
        if self.out is not None:
            check_positive(self, "out")

    def width(self, dim: int) -> int:
        return self.out or dim

    def build(self, dim: int, group: Group | None = None) -> nn.Linear:
        """The map (b dim) -> (b out)."""
        return nn.Linear(dim, self.width(dim), bias=False)


@dataclass(frozen=True)
class PerMotion(Network):
    """A matrix for each element of a finite group: for right = g left, p = W_g z of left and p = W_g^-1 z of right.

    On a torus these are the predictors W_k of contrastive predictive coding, one per offset k.

    Source: van den Oord et al., Contrastive predictive coding (arXiv 1807.03748), eq. 3.
    """

    reads_motion: ClassVar[bool] = True

    def width(self, dim: int) -> int:
        return dim

    def build(self, dim: int, group: Group | None = None) -> MotionLinear:
        """The matrices (|G| dim dim).

        Raises:
            TypeError: the views are not moved by a finite group.
        """
        return MotionLinear(finite_group(self, group), dim)


class MotionLinear(nn.Module):
    """z -> W_g z, with the motion g of each view to the other one of its pair."""

    def __init__(self, group: FiniteGroup, dim: int) -> None:
        super().__init__()
        self.group = group
        self.weight = nn.Parameter(torch.empty(group.order, dim, dim))
        nn.init.uniform_(self.weight, -(dim**-0.5), dim**-0.5)

    def forward(self, pairs: Pairs) -> Pairs:
        """Both views, (b dim), each by its own matrix.

        Raises:
            ValueError: the motion is not known.
        """
        motion = known_motion("a map per motion", pairs)
        left, right = self.move(motion, pairs.left), self.move(~motion, pairs.right)
        return replace(pairs, left=left, right=right, action=None)

    def move(self, g: Element, z: Tensor) -> Tensor:
        """W_g z, g: (b), z: (b dim)."""
        motion = self.group.index(g)
        if self.group.order >= z.shape[1]:
            return (self.weight[motion] @ z[..., None])[..., 0]
        every = torch.einsum("kij,bj->bki", self.weight, z)  # smaller than a copy of its matrix for each sample
        return every[torch.arange(len(z), device=motion.device), motion]
