"""Residual encoders for small images: the ResNet-18 and WRN-16-8 forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import mul

from torch import nn

from groups import FieldAction
from homossl.encoders.architecture import Architecture
from homossl.encoders.encoder import Stage
from homossl.encoders.layers import Layers, Residual


@dataclass(frozen=True)
class ResidualArchitecture(Architecture):
    """A stem and two residual blocks per stage; channels are counted as in the plain original, k = channels / |H|.

    Raises:
        ValueError: a width is not a multiple of the order of the point group.
    """

    width: int = 64
    """Channels of the first residual stage."""

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels of the stem and of each stage."""
        raise NotImplementedError

    def widths(self, order: int) -> tuple[int, ...]:
        if any(c % order for c in self.channels):
            raise ValueError(
                f"{type(self).__name__} of a group of order {order} needs widths divisible by it, got {self.channels}"
            )
        return tuple(c // order for c in self.channels)

    def stages(self, layers: Layers, channels: int, widths: tuple[int, ...]) -> Iterable[Stage]:
        strides = accumulate(self.strides, mul)
        fields = [layers.images(channels), *[layers.fields(k, s) for k, s in zip(widths, strides, strict=True)]]
        yield Stage(layers.enter(self.stem(layers, fields[0], fields[1]), fields[0]), fields[0], fields[1])
        for before, after in pairwise(fields[1:]):
            blocks = [self.block(layers, before, after), self.block(layers, after, after)]
            if after is fields[-1]:
                blocks.append(self.head(layers, after))
            yield Stage(layers.enter(nn.Sequential(*blocks), before), before, after)

    def stem(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        """What comes before the first residual block."""
        return layers.block(before, after)

    def block(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        """One residual block."""
        raise NotImplementedError

    def head(self, layers: Layers, field: FieldAction) -> nn.Module:
        """What comes after the last residual block."""
        return nn.Identity()


@dataclass(frozen=True)
class ResNet18(ResidualArchitecture):
    """The ResNet-18 form with a 3 x 3 stem and no max-pooling, widths w, 2w, 4w, 8w, strides 1, 2, 2, 2.

    Source: He et al. 2016 (arXiv 1512.03385), in the form for CIFAR that SimCLR uses (arXiv 2002.05709, B.9).
    """

    @property
    def strides(self) -> tuple[int, ...]:
        return (1, 1, 2, 2, 2)

    @property
    def channels(self) -> tuple[int, ...]:
        return (self.width, self.width, 2 * self.width, 4 * self.width, 8 * self.width)

    def block(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        body = [layers.block(before, after), layers.conv(after, after), layers.norm(after)]
        shortcut = None if before == after else nn.Sequential(layers.conv(before, after, kernel=1), layers.norm(after))
        return nn.Sequential(Residual(nn.Sequential(*body), shortcut), layers.relu(after))


@dataclass(frozen=True)
class WRN16_8(ResidualArchitecture):
    """The WRN-16-8 form: pre-activation blocks, widths 16, w, 2w, 4w with w = 128, strides 1, 2, 2.

    Source: Zagoruyko and Komodakis 2016 (arXiv 1605.07146), table 1; as steerable network, Weiler and Cesa 2019.
    """

    width: int = 128

    @property
    def strides(self) -> tuple[int, ...]:
        return (1, 1, 2, 2)

    @property
    def channels(self) -> tuple[int, ...]:
        return (self.width // 8, self.width, 2 * self.width, 4 * self.width)

    def stem(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        return layers.conv(before, after)

    def block(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        activate = nn.Sequential(layers.norm(before), layers.relu(before))
        body = nn.Sequential(activate, layers.block(before, after), layers.conv(after, after))
        return Residual(body, None if before == after else layers.conv(before, after, kernel=1))

    def head(self, layers: Layers, field: FieldAction) -> nn.Module:
        return nn.Sequential(layers.norm(field), layers.relu(field))
