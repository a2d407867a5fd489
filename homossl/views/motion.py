"""How the two motions of a pair are drawn: freely, a bounded distance apart, or both near the identity."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch

from groups import Element, Group


@dataclass(frozen=True)
class Motion(ABC):
    """A distribution of pairs (g1, g2) of group elements."""

    @abstractmethod
    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        """n independent pairs, batch shape (2 n), on the generator's device."""


@dataclass(frozen=True)
class Uniform(Motion):
    """g1 and g2 independent and uniform over the group (exp of a normal algebra vector where it is not compact)."""

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        return group.sample(2, n, generator=rng)


@dataclass(frozen=True)
class Bounded(Motion):
    """g2 uniform and g1 = d g2 with d within a radius: the two places g1^-1 u and g2^-1 u lie at most that far apart.

    This is topographic H-SSL with distance lambda = radius, in the group's units; a product has a radius per factor.
    """

    radius: float | tuple[float, ...]
    """Greatest distance between the two places, in radians, pixels or log-scale; one per factor of a product."""

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        place, offset = group.sample(n, generator=rng), group.ball(self.radius, n, generator=rng)
        return _stack(offset @ place, place)


@dataclass(frozen=True)
class Near(Motion):
    """g1 and g2 independent and within a radius of the identity: augmentations clipped around the image as it is."""

    radius: float | tuple[float, ...]
    """Greatest motion, in radians, pixels or log-scale; one per factor of a product."""

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        return group.ball(self.radius, 2, n, generator=rng)


def _stack(a: Element, b: Element) -> Element:
    return Element(a.group, torch.stack([a.params, b.params]))
