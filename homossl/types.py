"""What passes between the parts of a training step: Batch -> Draw -> Views (Pairs, or an Orbit) -> Loss."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, ClassVar, Self

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

    def each(self, f: Callable[[Tensor], Tensor]) -> Batch:
        """The batch with all of its tensors, the parameters of its motions too, mapped by f."""
        y = None if self.y is None else f(self.y)
        motion = None if self.motion is None else Element(self.motion.group, f(self.motion.params))
        return replace(self, x=f(self.x), y=y, motion=motion)

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Draw:
    """What enters the encoder, and the motions drawn for each sample, g: (2 b), or (n b) for an orbit of n views.

    hidden: (b) marks the samples whose motion is not to be learned from, None none of them.
    """

    x: Tensor
    g: Element
    hidden: Tensor | None = None


@dataclass(frozen=True)
class Views(ABC):
    """Several views of each of b samples: `Pairs`, or an `Orbit`."""

    axes: ClassVar[Mapping[str, int]]
    """The axis of the samples, of each tensor and element that is held."""

    @property
    @abstractmethod
    def parts(self) -> Sequence[Tensor]:
        """The views one by one, (b *event) each."""

    @abstractmethod
    def map(self, f: Callable[[Tensor], Tensor]) -> Self:
        """Apply f to all views in one call, so that batch statistics are shared; the action no longer applies."""

    @abstractmethod
    def detach(self) -> Self:
        """The same views without gradient."""

    @abstractmethod
    def pairs(self) -> Sequence[Pairs]:
        """Every two of the views, the earlier one left."""

    def each(self, f: Callable[[Tensor, int], Tensor]) -> Self:
        """Apply f(tensor, axis of the samples) to all that is held: the views, their motions and what hides them."""
        held = {name: (getattr(self, name), axis) for name, axis in self.axes.items()}
        return replace(self, **{name: _changed(f, part, axis) for name, (part, axis) in held.items()})

    def __len__(self) -> int:
        return len(self.parts[0])


def _changed(f: Callable[[Tensor, int], Tensor], part: Any, axis: int) -> Any:
    if part is None:
        return None
    return Element(part.group, f(part.params, axis)) if isinstance(part, Element) else f(part, axis)


@dataclass(frozen=True)
class Pairs(Views):
    """Two views of each sample, left and right: (b *event).

    right = action(motion, left) when both the motion and its action on the views are known. Where it is known how each
    view came about, left = g1 x and right = g2 x with poses (g1, g2): (2 b), and motion = g2 g1^-1: (b).
    hidden: (b) marks the pairs whose motion is not to be learned from, None none of them.

    Raises:
        ValueError: their numbers of pairs differ, or hidden is not bool.
    """

    axes: ClassVar = {"left": 0, "right": 0, "motion": 0, "poses": 1, "hidden": 0}

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

    @property
    def parts(self) -> tuple[Tensor, Tensor]:
        return self.left, self.right

    def pairs(self) -> tuple[Pairs]:
        return (self,)

    def map(self, f: Callable[[Tensor], Tensor]) -> Pairs:
        left, right = f(torch.cat([self.left, self.right])).chunk(2)
        return replace(self, left=left, right=right, action=None)

    def detach(self) -> Pairs:
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


@dataclass(frozen=True)
class Orbit(Views):
    """n views of each sample, views: (n b *event), view i of g_i x with poses g: (n b).

    Each two of them are a pair: right = g_j g_i^-1 left for i < j, by the action where that is known.
    hidden: (b) marks the samples whose motions are not to be learned from, None none of them.

    Raises:
        ValueError: there are fewer than 2 views, or their numbers differ.
    """

    axes: ClassVar = {"views": 1, "poses": 1, "hidden": 0}

    views: Tensor
    poses: Element
    action: Action | None = None
    hidden: Tensor | None = None

    def __post_init__(self) -> None:
        if self.views.dim() < 2 or len(self.views) < 2 or self.poses.shape != self.views.shape[:2]:
            seen = f"views {tuple(self.views.shape)} and poses {tuple(self.poses.shape)}"
            raise ValueError(f"an orbit has views (n b *event) and poses (n b), n at least 2, got {seen}")

    @property
    def parts(self) -> tuple[Tensor, ...]:
        return self.views.unbind(0)

    def map(self, f: Callable[[Tensor], Tensor]) -> Orbit:
        views = f(self.views.flatten(0, 1)).unflatten(0, self.views.shape[:2])
        return replace(self, views=views, action=None)

    def detach(self) -> Orbit:
        return replace(self, views=self.views.detach())

    def pairs(self) -> list[Pairs]:
        views = self.parts
        return [self._pair(views, i, j) for i, j in combinations(range(len(views)), 2)]

    def _pair(self, views: Sequence[Tensor], i: int, j: int) -> Pairs:
        poses = self.poses[[i, j]]
        return Pairs(views[i], views[j], poses[1] @ ~poses[0], self.action, poses, self.hidden)

    def joined(self) -> Pairs:
        """All pairs as one batch of n (n - 1) / 2 * b samples, for what looks at each of them alone."""
        left, right = torch.triu_indices(*2 * (len(self.views),), offset=1, device=self.views.device)
        poses = Element(self.poses.group, self.poses.params[torch.stack([left, right])].flatten(1, 2))
        hidden = None if self.hidden is None else self.hidden.repeat(len(left))
        views = self.views[left].flatten(0, 1), self.views[right].flatten(0, 1)
        return Pairs(*views, poses[1] @ ~poses[0], self.action, poses, hidden)


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

    @staticmethod
    def mean(losses: Sequence[Loss]) -> Loss:
        """The mean of losses with the same terms, and of each term."""
        terms = {name: torch.stack([loss.terms[name] for loss in losses]).mean(0) for name in losses[0].terms}
        return Loss(torch.stack([loss.value for loss in losses]).mean(), terms)

    def filed(self, name: str) -> Loss:
        """The same loss with its value as one more term, "loss", and every term filed under a name: "name/term"."""
        terms = {"loss": self.value.detach()} | self.terms
        return Loss(self.value, {f"{name}/{term}": value for term, value in terms.items()})
