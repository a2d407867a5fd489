"""Residual encoders: the ResNet-18, ResNet-50 and WRN-16-8 forms."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import nn

from groups import FieldAction
from homossl.encoders.residual import ResidualArchitecture
from homossl.layers import Layers, Residual


@dataclass(frozen=True)
class ResNet(ResidualArchitecture):
    """What the ResNet forms share: strides 1, 2, 2, 2 after a stem for small or for large images.

    Source: He et al. 2016 (arXiv 1512.03385), table 1; the small stem is SimCLR's for CIFAR (arXiv 2002.05709, B.9).
    """

    expansion: ClassVar[int] = 1
    """Channels that leave a block for each channel inside it."""

    entrance: Literal["small", "large"] = "small"
    """The stem: a 3 x 3 convolution, or a 7 x 7 one and max-pooling, which stride by 4 together."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.entrance not in ("small", "large"):
            raise ValueError(f"{type(self).__name__} has entrance 'small' or 'large', got {self.entrance!r}")

    @property
    def strides(self) -> tuple[int, ...]:
        return (*((1,) if self.entrance == "small" else (2, 2)), 1, 2, 2, 2)

    @property
    def channels(self) -> tuple[int, ...]:
        stages = [self.expansion * self.width * 2**i for i in range(4)]
        return (*[self.width] * (len(self.strides) - 4), *stages)

    def stem(self, layers: Layers, before: FieldAction, *after: FieldAction) -> nn.Module:
        if self.entrance == "small":
            return super().stem(layers, before, *after)
        return nn.Sequential(layers.block(before, after[0], kernel=7), layers.pool(*after))

    def block(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        shortcut = None if before == after else nn.Sequential(layers.conv(before, after, kernel=1), layers.norm(after))
        return nn.Sequential(Residual(self.body(layers, before, after), shortcut), layers.relu(after))

    @abstractmethod
    def body(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        """What is added to the shortcut."""


@dataclass(frozen=True)
class ResNet18(ResNet):
    """The ResNet-18 form: two blocks of two 3 x 3 convolutions per stage, widths w, 2w, 4w, 8w."""

    @property
    def depths(self) -> tuple[int, ...]:
        return (2, 2, 2, 2)

    def body(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        return nn.Sequential(layers.block(before, after), layers.conv(after, after), layers.norm(after))


@dataclass(frozen=True)
class ResNet50(ResNet):
    """The ResNet-50 form: bottlenecks of 1 x 1, 3 x 3 (which strides) and 1 x 1, widths 4w, 8w, 16w, 32w."""

    expansion: ClassVar[int] = 4

    entrance: Literal["small", "large"] = "large"

    @property
    def depths(self) -> tuple[int, ...]:
        return (3, 4, 6, 3)

    def body(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        narrow = max(1, after.fibre.dim // layers.order // self.expansion)
        reduced, strided = layers.fields(narrow, before.stride), layers.fields(narrow, after.stride)
        blocks = layers.block(before, reduced, kernel=1), layers.block(reduced, strided)
        return nn.Sequential(*blocks, layers.conv(strided, after, kernel=1), layers.norm(after))


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

    @property
    def depths(self) -> tuple[int, ...]:
        return (2, 2, 2)

    def stem(self, layers: Layers, before: FieldAction, *after: FieldAction) -> nn.Module:
        return layers.conv(before, after[0])

    def block(self, layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
        activate = nn.Sequential(layers.norm(before), layers.relu(before))
        body = nn.Sequential(activate, layers.block(before, after), layers.conv(after, after))
        return Residual(body, None if before == after else layers.conv(before, after, kernel=1))

    def head(self, layers: Layers, field: FieldAction) -> nn.Module:
        return nn.Sequential(layers.norm(field), layers.relu(field))
