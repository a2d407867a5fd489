"""What an architecture is: a frozen description that builds an encoder, steerable or plain."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import torch

from groups import Group, point_group
from groups.plane import torus_of
from homossl.encoders.encoder import Encoder, Stage
from homossl.layers import Layers, Plain, Steerable


@dataclass(frozen=True)
class Architecture(ABC):
    """A family of encoders on square grids; `widths` are regular fields per stage, k |H| channels each.

    structure "steerable" ties the weights by escnn's equivariant bases; "plain" is the twin of the same depth with no
    tying, whose widths are chosen so that both have the same number of parameters, as nearly as whole fields allow;
    without turns, for C_1, there is nothing to tie, and the plain form is the ordinary network of these widths.
    """

    structure: Literal["steerable", "plain"] = "steerable"
    """Whether weights are tied by the group."""

    def __post_init__(self) -> None:
        if self.structure not in ("steerable", "plain"):
            raise ValueError(f"{type(self).__name__} has structure 'steerable' or 'plain', got {self.structure!r}")

    @property
    @abstractmethod
    def strides(self) -> tuple[int, ...]:
        """The stride of each width relative to the one before it."""

    @abstractmethod
    def widths(self, order: int) -> tuple[int, ...]:
        """Regular fields per stage, for a point group of this order."""

    @abstractmethod
    def stages(self, layers: Layers, channels: int, widths: tuple[int, ...]) -> Iterable[Stage]:
        """The stages from images of some channels to the last width."""

    def build(self, group: Group, channels: int, size: int) -> Encoder:
        """The encoder of images (b channels size size) for a group of motions.

        Raises:
            ValueError: a stride does not fit the grid, (size - 1) % stride != 0, or meets shifts of a torus.
            TypeError: the point group of the motions is neither C_n nor D_n.
        """
        check_grid(group, size, self.strides)
        tied, free = Steerable(group), Plain(group)
        widths = self.widths(tied.order)
        if self.structure == "plain" and tied.order > 1:
            target = parameters(self.stages(tied, channels, widths))
            widths = nearest_widths(widths, target, lambda w: self._free_parameters(free, channels, w))
        return Encoder(self.stages(tied if self.structure == "steerable" else free, channels, widths))

    def _free_parameters(self, free: Layers, channels: int, widths: tuple[int, ...]) -> int:
        with torch.device("meta"):
            return parameters(self.stages(free, channels, widths))


def check_grid(group: Group, size: int, strides: tuple[int, ...]) -> None:
    """Check that striding a size x size grid keeps the motions of the group.

    Raises:
        ValueError: it does not.
    """
    for stride in strides:
        if stride > 1 and (torus := torus_of(group)):
            raise ValueError(f"a stride of {stride} breaks the shifts of {torus}: use stride 1 on a torus")
        if (size - 1) % stride and point_group(group).order != 1:
            kind, odd = "an odd" if size % 2 else "an even", next_odd(size)
            raise ValueError(
                f"a stride of {stride} on {kind} grid of {size} x {size} misses its last row and breaks the turns of "
                f"{point_group(group)}: use strides of 2 on a grid of 2^k + 1, such as {odd} x {odd}"
            )
        size = (size - 1) // stride + 1


def next_odd(size: int) -> int:
    """The least 2^k + 1 that is not below a size.

    >>> next_odd(32)
    33
    """
    return 2 ** max(size - 2, 1).bit_length() + 1


def parameters(stages: Iterable[Stage]) -> int:
    """How many parameters stages have."""
    return sum(p.numel() for stage in stages for p in stage.parameters())


def nearest_widths(start: tuple[int, ...], target: int, count: Callable[[tuple[int, ...]], int]) -> tuple[int, ...]:
    """Widths near a common multiple of `start` whose parameter count is nearest the target."""
    guess = 64 * math.sqrt(target / count(start))
    multiples = {tuple(max(1, round(w * m / 64)) for w in start) for m in range(round(guess) - 6, round(guess) + 7)}
    best = min(sorted(multiples), key=lambda w: abs(count(w) - target))
    neighbours = {(*best[:i], max(1, best[i] + d), *best[i + 1 :]) for i in range(len(best)) for d in (-1, 0, 1)}
    return min(sorted(neighbours), key=lambda w: abs(count(w) - target))
