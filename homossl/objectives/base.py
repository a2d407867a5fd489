"""What an objective is, and how objectives add up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Self

from torch import nn

from groups import Group
from homossl.objectives.checks import check_non_negative
from homossl.types import Loss, Pairs, Views


@dataclass(frozen=True)
class Objective(ABC):
    """What a pair of views should satisfy: hyper-parameters only, the weights live in the head it builds.

    >>> from homossl.objectives import InfoNCE, VICReg
    >>> [part.name for part in (InfoNCE() + 0.3 * VICReg()).parts]
    ['InfoNCE', 'VICReg']
    """

    @property
    def name(self) -> str:
        """What its terms are filed under in a sum."""
        return type(self).__name__

    @property
    def reads_motion(self) -> bool:
        """Whether the loss depends on the motion of the pairs; a class attribute where it does."""
        return False

    @property
    def reads_action(self) -> bool:
        """Whether the loss depends on how the motion acts on the views; a class attribute where it does."""
        return False

    @property
    def reads_mean(self) -> bool:
        """Whether the loss depends on the mean of each view over space alone."""
        return False

    @abstractmethod
    def build(self, shape: tuple[int, ...], group: Group | None = None) -> Head:
        """The head for views of event shape (c h w), one of which the group moves to the other (None: not known)."""

    def check(self, pairs: Pairs) -> None:  # noqa: B027
        """Refuse views (b c h w) of a kind that the head could not compare, as it would itself; most take any."""

    def __add__(self, other: Objective) -> Sum:
        if not isinstance(other, Objective):
            return NotImplemented
        return Sum((*_parts(self), *_parts(other)))

    def __rmul__(self, factor: float) -> Objective:
        return Scaled(factor, self)


class Head(nn.Module, ABC):
    """The trainable part of an objective."""

    @abstractmethod
    def forward(self, online: Views, target: Views, teacher: Head | None = None) -> Loss:
        """The loss of online features (b c h w) against target features, which teacher embeds (None: this head).

        That of an orbit is the mean over all its pairs: `pair_by_pair` makes it of the loss of pairs.
        """

    def like(self, teacher: Head | None) -> Self:
        """The teacher, or this head where there is none.

        Raises:
            TypeError: the teacher is a head of another kind.
        """
        if teacher is None:
            return self
        if not isinstance(teacher, type(self)):
            raise TypeError(f"the teacher of a {type(self).__name__} must be one too, got {type(teacher).__name__}")
        return teacher


@dataclass(frozen=True)
class Scaled(Objective):
    """A multiple of an objective, factor * L.

    Raises:
        ValueError: factor is negative or not finite.
        TypeError: part is not an objective.
    """

    factor: float
    """What the loss is multiplied by."""
    part: Objective
    """The objective that is scaled."""

    def __post_init__(self) -> None:
        check_non_negative(self, "factor")
        require_objective("Scaled.part", self.part)

    @property
    def name(self) -> str:
        """The name of what is scaled."""
        return self.part.name

    @property
    def reads_motion(self) -> bool:
        """Whether what is scaled does."""
        return self.part.reads_motion

    @property
    def reads_action(self) -> bool:
        """Whether what is scaled does."""
        return self.part.reads_action

    @property
    def reads_mean(self) -> bool:
        """Whether what is scaled does."""
        return self.part.reads_mean

    def __rmul__(self, factor: float) -> Objective:
        return Scaled(factor * self.factor, self.part)

    def build(self, shape: tuple[int, ...], group: Group | None = None) -> ScaledHead:
        """The part's head, its loss multiplied."""
        return ScaledHead(self.factor, self.part.build(shape, group))

    def check(self, pairs: Pairs) -> None:
        self.part.check(pairs)


class ScaledHead(Head):
    """A head with its loss multiplied by a factor."""

    def __init__(self, factor: float, head: Head) -> None:
        super().__init__()
        self.factor = factor
        self.head = head

    def forward(self, online: Views, target: Views, teacher: Head | None = None) -> Loss:
        """Factor times the loss; the terms stay unscaled."""
        return self.factor * self.head(online, target, self.like(teacher).head)


@dataclass(frozen=True)
class Sum(Objective):
    """A sum of objectives, sum_k L_k, each with a head of its own.

    Raises:
        ValueError: no parts.
        TypeError: parts is not a tuple, or a part not an objective.
    """

    parts: tuple[Objective, ...]
    """The objectives that are added."""

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("Sum.parts must hold at least one objective, got none")
        if not isinstance(self.parts, tuple):
            raise TypeError(f"Sum.parts must be a tuple of objectives, got {self.parts!r}")
        for part in self.parts:
            require_objective("each of Sum.parts", part)

    @property
    def reads_motion(self) -> bool:
        """Whether any part does."""
        return any(part.reads_motion for part in self.parts)

    @property
    def reads_action(self) -> bool:
        """Whether any part does."""
        return any(part.reads_action for part in self.parts)

    @property
    def reads_mean(self) -> bool:
        """Whether all parts do."""
        return all(part.reads_mean for part in self.parts)

    def __rmul__(self, factor: float) -> Objective:
        return Sum(tuple(factor * part for part in self.parts))

    def build(self, shape: tuple[int, ...], group: Group | None = None) -> SumHead:
        """One head per part."""
        return SumHead([part.name for part in self.parts], [part.build(shape, group) for part in self.parts])

    def check(self, pairs: Pairs) -> None:
        for part in self.parts:
            part.check(pairs)


class SumHead(Head):
    """Several heads on the same views; each part's terms and its share of the loss are filed under its name."""

    def __init__(self, names: list[str], heads: list[Head]) -> None:
        super().__init__()
        self.names = _distinct(names)
        self.heads = nn.ModuleList(heads)

    def forward(self, online: Views, target: Views, teacher: Head | None = None) -> Loss:
        """The sum of the losses, with terms 'InfoNCE/loss', 'InfoNCE/accuracy', 'VICReg/loss', ..."""
        teachers = self.like(teacher).heads
        losses = [head(online, target, t) for head, t in zip(self.heads, teachers, strict=True)]
        return reduce(add, map(Loss.filed, losses, self.names))


def require_objective(field: str, part: object) -> None:
    """Raise TypeError unless it is an objective."""
    if not isinstance(part, Objective):
        raise TypeError(f"{field} must be an objective, such as InfoNCE(), got {part!r}")


def _parts(objective: Objective) -> tuple[Objective, ...]:
    return objective.parts if isinstance(objective, Sum) else (objective,)


def _distinct(names: list[str]) -> list[str]:
    """A, A, B -> A, A.2, B."""
    earlier = [names[:i].count(name) for i, name in enumerate(names)]
    return [f"{name}.{n + 1}" if n else name for name, n in zip(names, earlier, strict=True)]
