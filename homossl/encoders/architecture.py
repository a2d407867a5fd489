"""What an architecture is: a frozen description that builds an encoder, steerable or plain."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

import torch
from torch import nn

from groups import Group
from groups.lattice import keeps_axes
from homossl.encoders.encoder import Encoder, Stage
from homossl.encoders.grids import check_strides
from homossl.layers import Layers, NormKind, Plain, Steerable


@dataclass(frozen=True)
class Architecture(ABC):
    """A family of encoders.

    structure "steerable" ties the weights by the group; "plain" is a network of about as many parameters that claims
    the same actions without any tying.

    Raises:
        ValueError: structure is neither.
    """

    structure: Literal["steerable", "plain"] = "steerable"
    """Whether weights are tied by the group."""

    def __post_init__(self) -> None:
        if self.structure not in ("steerable", "plain"):
            raise ValueError(f"{type(self).__name__} has structure 'steerable' or 'plain', got {self.structure!r}")

    @abstractmethod
    def on(self, group: Group, shape: tuple[int, ...]) -> Encoder:
        """The encoder of samples of shape (*event), which a group moves.

        Raises:
            ValueError: the architecture does not fit them.
            TypeError: nor the group.
        """


@dataclass(frozen=True)
class ImageArchitecture(Architecture):
    """A family of encoders on grids; `widths` are regular fields per stage, k |H| channels each.

    structure "steerable" ties the weights by escnn's equivariant bases; "plain" is the twin of the same depth with no
    tying, whose widths are chosen so that both have the same number of parameters, as nearly as whole fields allow;
    without turns, for C_1, there is nothing to tie, and the plain form is the ordinary network of these widths.
    """

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

    def on(self, group: Group, shape: tuple[int, ...]) -> Encoder:
        if len(shape) != 3:
            raise ValueError(f"{type(self).__name__} takes images of shape (c h w), got {shape}")
        channels, h, w = shape
        if h != w and not keeps_axes(group):
            raise ValueError(f"encoders for {group}, which turns images, take square ones, got {h} x {w}")
        return self.build(group, channels, h if h == w else (h, w))

    def build(self, group: Group, channels: int, size: int | tuple[int, int]) -> Encoder:
        """The encoder of images (b channels size size), or of other sides (h, w), for a group of motions.

        Raises:
            ValueError: a stride does not fit the grid, or meets shifts of a torus.
            TypeError: the point group of the motions is neither C_n nor D_n.
        """
        for side in {size} if isinstance(size, int) else set(size):
            self.check_grid(group, side)
        tied, free = self.layers(Steerable, group), self.layers(Plain, group)
        widths = self.widths(tied.order)
        if self.structure == "plain" and tied.order > 1:
            target = parameters(self.stages(tied, channels, widths))
            widths = nearest_widths(widths, target, lambda w: self._free_parameters(free, channels, w))
        return Encoder(self.stages(tied if self.structure == "steerable" else free, channels, widths))

    def layers(self, kind: type[Layers], group: Group) -> Layers:
        """Layers of a kind, with what this architecture asks of them."""
        return kind(group)

    def check_grid(self, group: Group, size: int) -> None:
        """Check that the strides keep the motions of the group on a size x size grid.

        Raises:
            ValueError: they do not.
        """
        check_strides(group, size, self.strides)

    def _free_parameters(self, free: Layers, channels: int, widths: tuple[int, ...]) -> int:
        with torch.device("meta"):
            return parameters(self.stages(free, channels, widths))


@dataclass(frozen=True)
class NormalisedArchitecture(ImageArchitecture):
    """An architecture whose blocks hold batch normalisation."""

    norm: NormKind = field(default="batch", kw_only=True)
    """Whether gradients pass through the statistics of the batch ("batch"), or each error stays its own ("local")."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.norm not in get_args(NormKind):
            raise ValueError(f"{type(self).__name__} has norm 'batch' or 'local', got {self.norm!r}")

    def layers(self, kind: type[Layers], group: Group) -> Layers:
        return kind(group, self.norm)


def whole_fields(channels: tuple[int, ...], order: int, name: str) -> tuple[int, ...]:
    """Regular fields in so many channels, k = channels / order.

    Raises:
        ValueError: one is not a multiple of the order.
    """
    if any(c % order for c in channels):
        raise ValueError(f"{name} of a group of order {order} needs widths divisible by it, got {channels}")
    return tuple(c // order for c in channels)


def parameters(stages: Iterable[nn.Module]) -> int:
    """How many parameters stages have."""
    return sum(p.numel() for stage in stages for p in stage.parameters())


def nearest_widths(start: tuple[int, ...], target: int, count: Callable[[tuple[int, ...]], int]) -> tuple[int, ...]:
    """Widths near a common multiple of `start` whose parameter count is nearest the target."""
    guess = 64 * math.sqrt(target / count(start))
    multiples = {tuple(max(1, round(w * m / 64)) for w in start) for m in range(round(guess) - 6, round(guess) + 7)}
    best = min(sorted(multiples), key=lambda w: abs(count(w) - target))
    neighbours = {(*best[:i], max(1, best[i] + d), *best[i + 1 :]) for i in range(len(best)) for d in (-1, 0, 1)}
    return min(sorted(neighbours), key=lambda w: abs(count(w) - target))
