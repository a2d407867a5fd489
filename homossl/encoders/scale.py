"""Encoders of fields over scales and turns, on which zooms, turns and shifts of images act."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from torch import nn

from groups import Group
from groups.scale_space import ScaleSpace, has_turns
from homossl.encoders.architecture import NormalisedArchitecture
from homossl.encoders.cnn import CNN
from homossl.encoders.encoder import Stage
from homossl.encoders.resnet import WRN16_8
from homossl.layers import Layers, Plain, PlainScale, ScaleLayers, SteerableScale


@dataclass(frozen=True)
class ScaleArchitecture(NormalisedArchitecture):
    """A family of encoders of images whose features are fields over scales, turns and cells: `ScaleField`s.

    The first layer lifts images to all scales and turns; those after it keep them. Filters are combinations of 3 x 3
    Hermite-Gaussians on `pixels` x `pixels`, the effective size 3. A group that turns images needs turns.

    Raises:
        ValueError: there are no scales, or turns, or pool is none of its kinds; the group turns and there is one turn.

    Source: Sosnovik, Szmaja & Smeulders, Scale-Equivariant Steerable Networks (arXiv 1910.11093).
    """

    scales: int = field(default=4, kw_only=True)
    """Points of the truncated axis of scales."""
    step: float = field(default=math.log(2) / 3, kw_only=True)
    """Log-scale between neighbours."""
    turns: int = field(default=1, kw_only=True)
    """Points of the circle of angles."""
    pixels: int = field(default=7, kw_only=True)
    """Pixels along each side of a filter."""
    first: float = field(default=0.6, kw_only=True)
    """Standard deviation of the filters of the first scale, in pixels."""
    reach: int = field(default=1, kw_only=True)
    """Scales that a hidden filter sees, its own and those above; zeros beyond the last spread down, layer by layer."""
    pooling: Literal["none", "max", "mean"] = field(default="none", kw_only=True)
    """What the last stage takes over the axis of scales, for features that zooms leave alone."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pooling not in ("none", "max", "mean"):
            raise ValueError(f"{type(self).__name__} has pooling 'none', 'max' or 'mean', got {self.pooling!r}")
        if min(self.scales, self.turns, self.reach) < 1 or self.reach > self.scales:
            seen = f"scales={self.scales}, turns={self.turns}, reach={self.reach}"
            raise ValueError(f"{type(self).__name__} needs scales, turns and reach >= 1, reach <= scales, got {seen}")

    def layers(self, kind: type[Layers], group: Group) -> Layers:
        if has_turns(group) and self.turns == 1:
            raise ValueError(f"{group} turns images, which {type(self).__name__} with turns=1 cannot follow: give more")
        space = ScaleSpace(group, self.scales, self.turns, self.step)
        if issubclass(kind, Plain):
            return PlainScale(group, self.norm, space=space)
        filters = {"pixels": self.pixels, "first": self.first, "reach": self.reach}
        return SteerableScale(group, self.norm, space=space, **filters)

    def stages(self, layers: Layers, channels: int, widths: tuple[int, ...]) -> Iterable[Stage]:
        *stages, last = super().stages(layers, channels, widths)
        if self.pooling == "none":
            return [*stages, last]
        assert isinstance(layers, ScaleLayers)
        pool = layers.pool_scales(last.action_out, self.pooling)
        return [*stages, Stage(nn.Sequential(last.body, pool), last.action_in, pool.action_out)]

    def check_grid(self, group: Group, size: int) -> None:
        for stride in self.strides:
            if (size - 1) % stride:
                raise ValueError(f"a stride of {stride} on {size} x {size} cells moves their centre: use 2^k + 1 cells")
            size = (size - 1) // stride + 1


@dataclass(frozen=True)
class ScaleCNN(ScaleArchitecture, CNN):
    """The small CNN over scales: one stage of convolution, batch normalisation and ReLU per width.

    >>> from groups import Similarity2
    >>> ScaleCNN(fields=(2, 4), steps=(1, 2), scales=3, turns=4).build(Similarity2(), 1, 17).action_out.fibre.dim
    48
    """


@dataclass(frozen=True)
class ScaleResNet(ScaleArchitecture, WRN16_8):
    """A lifting layer of 16 fields and pre-activation residual stages of 16k, 32k and 64k, strides 1, 2, 2.

    Counted for k = 8, a width of 128; others scale with it. With turns there are as many channels at each scale, in as
    many fewer fields.

    Source: as `ScaleArchitecture`, its network for STL-10.
    """

    def widths(self, order: int) -> tuple[int, ...]:
        if any(c % self.turns for c in self.channels):
            raise ValueError(f"ScaleResNet of {self.turns} turns needs widths divisible by them, got {self.channels}")
        return tuple(c // self.turns for c in self.channels)
