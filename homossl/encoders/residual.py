"""What residual encoders share: a stem, and stages of residual blocks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import mul

from torch import nn

from groups import FieldAction
from homossl.encoders.architecture import NormalisedArchitecture, whole_fields
from homossl.encoders.encoder import Stage
from homossl.layers import Layers


@dataclass(frozen=True)
class ResidualArchitecture(NormalisedArchitecture):
    """A stem and some residual blocks per stage; channels are counted as in the plain original, k = channels / |H|.

    Raises:
        ValueError: a width is not a multiple of the order of the point group.
    """

    width: int = 64
    """Channels of the first residual stage."""

    @property
    @abstractmethod
    def channels(self) -> tuple[int, ...]:
        """Channels of each layer of the stem that strides, and of each stage."""

    @property
    @abstractmethod
    def depths(self) -> tuple[int, ...]:
        """Residual blocks of each stage."""

    @abstractmethod
    def block(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        """One residual block."""

    def widths(self, order: int) -> tuple[int, ...]:
        return whole_fields(self.channels, order, type(self).__name__)

    def stages(self, layers: Layers, channels: int, widths: tuple[int, ...]) -> Iterable[Stage]:
        strides = accumulate(self.strides, mul)
        fields = [layers.images(channels), *[layers.fields(k, s) for k, s in zip(widths, strides, strict=True)]]
        entry = len(fields) - len(self.depths)
        yield _stage(layers, self.stem(layers, *fields[:entry]), fields[0], fields[entry - 1])
        for depth, (before, after) in zip(self.depths, pairwise(fields[entry - 1 :]), strict=True):
            blocks = [self.block(layers, before if i == 0 else after, after) for i in range(depth)]
            last = [self.head(layers, after)] if after is fields[-1] else []
            yield _stage(layers, nn.Sequential(*blocks, *last), before, after)

    def stem(self, layers: Layers, before: FieldAction, *after: FieldAction) -> nn.Module:
        """What comes before the first residual block, from images to as many fields as the stem has strides."""
        return layers.block(before, after[0])

    def head(self, layers: Layers, field: FieldAction) -> nn.Module:
        """What comes after the last residual block."""
        return nn.Identity()


def _stage(layers: Layers, body: nn.Module, before: FieldAction, after: FieldAction) -> Stage:
    return Stage(layers.enter(body, before), before, after)
