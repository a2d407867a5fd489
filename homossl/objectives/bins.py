"""Motions as one class for each coordinate of their group's chart."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor
from torch.nn import functional as F

from groups import Element, Group
from groups.charts import Coordinate, chart
from homossl.objectives.checks import check_count, require_count
from homossl.objectives.codes import Code
from homossl.objectives.measures import found

Bounds = tuple[float | None, ...]


@dataclass(frozen=True)
class Bins(Code):
    """A class for each coordinate v of the group's chart; the loss is the mean of their cross-entropies.

    class = clip(round((v - low) / (high - low) * count - 1/2), 0, count - 1), halves rounded to even. A digit is its
    own class. An angle goes to the nearest of count equal turns, the first at zero, unless bounds are given.

    Raises:
        ValueError: count is no whole number from 1, a bound is not finite, low is not below high, or a coordinate has
            no bounds.

    Source: S-TEC (arXiv 2210.09224), the authors' public code; any chart but that of Affine2 is ours.
    """

    count: int = 6
    """Bins of each coordinate that is not a digit."""
    low: Bounds | None = None
    """Least value of each coordinate, in its own unit; None takes the chart's."""
    high: Bounds | None = None
    """Greatest value of each coordinate, in its own unit; None takes the chart's."""

    def __post_init__(self) -> None:
        check_count(self, "count")
        for name in ("low", "high"):
            if not _are_bounds(bounds := getattr(self, name)):
                raise ValueError(f"Bins.{name} must be None or a tuple of finite numbers and None, got {bounds}")

    @classmethod
    def published(cls, size: int) -> Self:
        """The published bins of affine maps of size x size images: [-2, 2] for the linear part, +-size/4 pixels.

        The shifts are those of [-0.5, 0.5] where the image is [-1, 1].

        >>> Bins.published(32).high
        (2.0, 2.0, 2.0, 2.0, 8.0, 8.0)

        Raises:
            ValueError: size is no whole number from 1.
        """
        require_count("Bins.published: size", size)
        high = (2.0, 2.0, 2.0, 2.0, size / 4, size / 4)
        return cls(6, tuple(-v for v in high), high)

    def width(self, group: Group) -> int:
        """The number of classes, summed over the coordinates."""
        return sum(axis.count for axis in self.axes(group))

    def labels(self, motion: Element) -> Tensor:
        """The class of each coordinate of each motion, int64 (*batch k)."""
        axes, values = self.axes(motion.group), chart(motion.group).coordinates(motion).unbind(-1)
        return torch.stack([axis.bin(v) for axis, v in zip(axes, values, strict=True)], dim=-1)

    def compare(self, said: Tensor, motion: Element) -> tuple[Tensor, dict[str, Tensor]]:
        """The cross-entropy; logs the accuracy, and that of each coordinate by its name."""
        axes, labels = self.axes(motion.group), self.labels(motion).unbind(-1)
        logits = said.split([axis.count for axis in axes], dim=-1)
        losses = [F.cross_entropy(s, y, reduction="none") for s, y in zip(logits, labels, strict=True)]
        right = [found(s, y) for s, y in zip(logits, labels, strict=True)]
        named = {f"accuracy.{axis.name}": hit for axis, hit in zip(axes, right, strict=True)}
        return torch.stack(losses).mean(0), {"accuracy": torch.stack(right).mean(0)} | named

    def axes(self, group: Group) -> list[Axis]:
        """The coordinates of the group's chart, each with its bins."""
        own = chart(group)
        bounds = zip(self._given("low", own.names), self._given("high", own.names), strict=True)
        return [self._axis(axis, *pair) for axis, pair in zip(own.axes, bounds, strict=True)]

    def _given(self, side: str, names: tuple[str, ...]) -> Bounds:
        values = getattr(self, side)
        if values is not None and len(values) != len(names):
            raise ValueError(f"Bins.{side} must hold a value or None for each of {', '.join(names)}, got {values}")
        return values or (None,) * len(names)

    def _axis(self, own: Coordinate, low: float | None, high: float | None) -> Axis:
        if own.size is not None:
            return Digit(own.name, own.size)
        if own.periodic and low is None and high is None:
            return Circle(own.name, self.count)
        low, high = (own.low if low is None else low), (own.high if high is None else high)
        if low is None or high is None or not low < high:
            raise ValueError(
                f"Bins.low and Bins.high must bound the coordinate {own.name}, low < high, got {low}, {high}"
            )
        return Line(own.name, self.count, low, high)


def _are_bounds(values: object) -> bool:
    if not isinstance(values, tuple):
        return values is None
    return all(v is None or (isinstance(v, int | float) and math.isfinite(v)) for v in values)


@dataclass(frozen=True)
class Axis(ABC):
    """One coordinate of a chart, with its bins."""

    name: str
    """What the coordinate is called."""
    count: int
    """Number of bins."""

    @abstractmethod
    def bin(self, v: Tensor) -> Tensor:
        """The bin of each value, int64."""


class Digit(Axis):
    """A digit, which is its own bin."""

    def bin(self, v: Tensor) -> Tensor:
        return v.long()


class Circle(Axis):
    """An angle: the nearest of count equal turns."""

    def bin(self, v: Tensor) -> Tensor:
        return (v / (2 * math.pi) * self.count).round().long() % self.count


@dataclass(frozen=True)
class Line(Axis):
    """A coordinate on a line: count equal bins from low to high, the outer ones open."""

    low: float
    """Least value."""
    high: float
    """Greatest value."""

    def bin(self, v: Tensor) -> Tensor:
        place = (v - self.low) / (self.high - self.low) * self.count - 0.5
        return place.round().clamp(0, self.count - 1).long()
