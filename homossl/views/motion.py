"""How the two motions of a pair are drawn: freely, a bounded distance apart, or both near the identity."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Element, Group


@dataclass(frozen=True)
class Motion(ABC):
    """A distribution of pairs (g1, g2) of group elements."""

    @abstractmethod
    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        """n independent pairs, batch shape (2 n), on the generator's device."""

    def fits(self, x: Tensor) -> bool:
        """Whether the motions are meant for samples like x: (b *event); for any, where a distribution does not care."""
        return True


@dataclass(frozen=True)
class Uniform(Motion):
    """g1 and g2 independent and uniform over the group (exp of a normal algebra vector where it is not compact)."""

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        return group.sample(2, n, generator=rng)


@dataclass(frozen=True)
class FromIdentity(Motion):
    """g1 the identity and g2 uniform: the left view is the sample as it is, and the motion of the pair is g2."""

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        moved = group.sample(n, generator=rng)
        return _stack(group.identity(n, device=moved.device, dtype=moved.params.dtype), moved)


@dataclass(frozen=True)
class Bounded(Motion):
    """g2 uniform and g1 = d g2 with d in the ball of a radius: the relative motion g1 g2^-1 of the views is bounded.

    On the group itself the places g1^-1 and g2^-1 then lie |d| apart: topographic H-SSL with distance lambda = radius,
    in the group's units. A product has a radius per factor.
    """

    radius: float | tuple[float, ...]
    """Greatest distance between the two places, in radians, pixels or log-scale; one per factor of a product."""

    def __post_init__(self) -> None:
        require_radius("Bounded.radius", self.radius)

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        place, offset = group.sample(n, generator=rng), group.ball(self.radius, n, generator=rng)
        return _stack(offset @ place, place)


@dataclass(frozen=True)
class Near(Motion):
    """g1 and g2 independent and within a radius of the identity: augmentations clipped around the image as it is."""

    radius: float | tuple[float, ...]
    """Greatest motion, in radians, pixels or log-scale; one per factor of a product."""

    def __post_init__(self) -> None:
        require_radius("Near.radius", self.radius)

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        return group.ball(self.radius, 2, n, generator=rng)


def _stack(a: Element, b: Element) -> Element:
    return Element(a.group, torch.stack([a.params, b.params]))


def require_radius(field: str, radius: float | tuple[float, ...]) -> None:
    """Check that a radius, or each of a tuple, is finite and not negative."""
    for value in radius if isinstance(radius, tuple) else (radius,):
        if not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise ValueError(f"{field} is finite and not negative, a number or a tuple of them, got {radius}")
