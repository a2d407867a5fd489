"""What passes between the parts of a training step: Batch -> Draw -> Pairs -> Loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from groups import Action, Element


@dataclass(frozen=True)
class Batch:
    """A batch of samples, x: (b *event), with labels y: (b) where there are any."""

    x: Tensor
    y: Tensor | None = None

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Draw:
    """What enters the encoder, and the two motions drawn for each sample, g: (2 b)."""

    x: Tensor
    g: Element


@dataclass(frozen=True)
class Pairs:
    """Two views of each sample, left and right: (b *event).

    right = action(motion, left) when both the motion and its action on the views are known.
    """

    left: Tensor
    right: Tensor
    motion: Element | None = None
    action: Action | None = None

    def map(self, f: Callable[[Tensor], Tensor]) -> Pairs:
        """Apply f to both views in one call, so that batch statistics are shared; the action no longer applies."""
        left, right = f(torch.cat([self.left, self.right])).chunk(2)
        return replace(self, left=left, right=right, action=None)

    def detach(self) -> Pairs:
        """The same views without gradient."""
        return replace(self, left=self.left.detach(), right=self.right.detach())

    def swap(self) -> Pairs:
        """left <-> right, with the inverse motion."""
        motion = None if self.motion is None else ~self.motion
        return replace(self, left=self.right, right=self.left, motion=motion)

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True)
class Loss:
    """A scalar to descend, with named terms to log; losses add and scale."""

    value: Tensor
    terms: dict[str, Tensor] = field(default_factory=dict)

    def __add__(self, other: Loss) -> Loss:
        return Loss(self.value + other.value, self.terms | other.terms)

    def __rmul__(self, factor: float) -> Loss:
        return Loss(factor * self.value, self.terms)

    def detach(self) -> Loss:
        """The same loss without its graph."""
        return Loss(self.value.detach(), self.terms)

    def filed(self, name: str) -> Loss:
        """The same loss with its value as one more term, "loss", and every term filed under a name: "name/term"."""
        terms = {"loss": self.value.detach()} | self.terms
        return Loss(self.value, {f"{name}/{term}": value for term, value in terms.items()})
