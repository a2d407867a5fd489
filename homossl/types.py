"""What passes between the parts of a training step: Batch -> Draw -> Pairs -> Loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from groups import Action, Element, Mode, relative


@dataclass(frozen=True)
class Batch:
    """A batch of samples, x: (b *event), with labels y: (b) where there are any.

    Where each sample is two frames, x: (b 2 *event), motion: (b) took the first one to the second.
    """

    x: Tensor
    y: Tensor | None = None
    motion: Element | None = None

    @property
    def still(self) -> Tensor:
        """One image of each sample, (b *event): the first of two frames."""
        return self.x if self.motion is None else self.x[:, 0]

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Draw:
    """What enters the encoder, and the two motions drawn for each sample, g: (2 b).

    hidden: (b) marks the samples whose motion is not to be learned from, None none of them.
    """

    x: Tensor
    g: Element
    hidden: Tensor | None = None


@dataclass(frozen=True)
class Pairs:
    """Two views of each sample, left and right: (b *event).

    right = action(motion, left) when both the motion and its action on the views are known. Where it is known how each
    view came about, left = g1 x and right = g2 x with poses (g1, g2): (2 b), and motion = g2 g1^-1: (b).
    hidden: (b) marks the pairs whose motion is not to be learned from, None none of them.

    Raises:
        ValueError: their numbers of pairs differ, or hidden is not bool.
    """

    left: Tensor
    right: Tensor
    motion: Element | None = None
    action: Action | None = None
    poses: Element | None = None
    hidden: Tensor | None = None

    def __post_init__(self) -> None:
        b = self.left.shape[:1]
        rest = {"motion": b, "poses": (2, *b), "hidden": b}
        seen = {name: tuple(part.shape) for name in rest if (part := getattr(self, name)) is not None}
        if self.right.shape[:1] != b or any(shape != rest[name] for name, shape in seen.items()):
            seen = {"left": tuple(self.left.shape), "right": tuple(self.right.shape)} | seen
            listed = ", ".join(f"{name} {shape}" for name, shape in seen.items())
            raise ValueError(
                f"pairs have views (b *event), motion and hidden (b) and poses (2 b), of one number b, got {listed}"
            )
        if self.hidden is not None and self.hidden.dtype != torch.bool:
            raise ValueError(f"Pairs.hidden is bool, got {self.hidden.dtype}")

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
        poses = None if self.poses is None else self.poses[[1, 0]]
        return replace(self, left=self.right, right=self.left, motion=motion, poses=poses)

    def efference(self, mode: Mode) -> Element:
        """The action that made the right view of the left one, (b), told in one of the modes of `groups.relative`.

        Raises:
            ValueError: the poses of the views are not known.
        """
        if self.poses is None:
            raise ValueError(f"the efference copy in mode {mode!r} needs pairs whose poses are known, got poses=None")
        left, right = ~self.poses[0], ~self.poses[1]
        return relative(left, right, mode)

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
