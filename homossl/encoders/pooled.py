"""Encoders of the work on biologically plausible self-supervised learning: layers that pool the maximum of blocks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import mul
from typing import ClassVar

from torch import nn

from groups import Group
from homossl.encoders.architecture import ImageArchitecture, whole_fields
from homossl.encoders.encoder import Stage
from homossl.encoders.grids import check_blocks
from homossl.layers import Layers


@dataclass(frozen=True)
class PooledArchitecture(ImageArchitecture):
    """One stage per layer: a 3 x 3 convolution, a non-linearity, and after some the maximum of 2 x 2 blocks.

    On a grid that the blocks tile the turns of C_4 and D_4 stay exact. Channels are counted as in the plain original,
    k = channels / |H|. Initial weights are those of our other encoders, biases start at 0: ours.

    Raises:
        ValueError: the width is below 1, or a number of channels is not a multiple of the order of the point group.
    """

    width: int = 32
    """Channels of the first layer."""

    multiples: ClassVar[tuple[int, ...]]
    """Channels of each layer, in widths."""
    pooled: ClassVar[tuple[bool, ...]]
    """Which layers pool."""
    bias: ClassVar[bool] = False
    """Whether convolutions have biases."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.width < 1:
            raise ValueError(f"{type(self).__name__} needs a width >= 1, got {self.width}")

    @property
    def strides(self) -> tuple[int, ...]:
        return tuple(2 if pooled else 1 for pooled in self.pooled)

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels of each layer."""
        return tuple(self.width * m for m in self.multiples)

    @abstractmethod
    def after(self, pooled: bool) -> list[nn.Module]:
        """What comes after a convolution, with the pooling where there is one."""

    def widths(self, order: int) -> tuple[int, ...]:
        return whole_fields(self.channels, order, type(self).__name__)

    def check_grid(self, group: Group, size: int) -> None:
        check_blocks(group, size, self.strides)

    def stages(self, layers: Layers, channels: int, widths: tuple[int, ...]) -> Iterable[Stage]:
        strides = accumulate(self.strides, mul)
        fields = [layers.images(channels), *[layers.fields(k, s) for k, s in zip(widths, strides, strict=True)]]
        for (before, after), k, pooled in zip(pairwise(fields), widths, self.pooled, strict=True):
            conv = layers.conv(before, layers.fields(k, before.stride), bias=self.bias)
            yield Stage(nn.Sequential(layers.enter(conv, before), *self.after(pooled)), before, after)


@dataclass(frozen=True)
class CONV6(PooledArchitecture):
    """Five convolutions without biases on 32 x 32 images: w Hardtanh, w pool, 2w Hardtanh, 2w pool, 16w pool; w = 32.

    Layers that pool have the pooling in place of the Hardtanh. The sixth layer is the head, a linear map to 64 numbers.

    >>> from groups import Cyclic
    >>> CONV6().build(Cyclic(4), channels=3, size=32).action_out.stride
    8

    Source: Tang, Yang & Amit, Biologically plausible training mechanisms for self-supervised learning in deep networks
        (Front. Comput. Neurosci. 2022, arXiv 2109.15089); as in the authors' public code.
    """

    multiples = (1, 1, 2, 2, 16)
    pooled = (False, True, False, True, True)

    def after(self, pooled: bool) -> list[nn.Module]:
        return [nn.MaxPool2d(2)] if pooled else [nn.Hardtanh()]


@dataclass(frozen=True)
class VGG6(PooledArchitecture):
    """Six convolutions without biases on 64 x 64 images: w, 2w pool, 2w, 4w pool, 8w pool, 8w pool; w = 128.

    Every layer has a Hardtanh, before the pooling where there is one.

    Source: Tang, Yang & Amit, as CONV6; without biases is ours, as CONV6 has none.
    """

    width: int = 128

    multiples = (1, 2, 2, 4, 8, 8)
    pooled = (False, True, False, True, True, True)

    def after(self, pooled: bool) -> list[nn.Module]:
        return [nn.Hardtanh(), nn.MaxPool2d(2)] if pooled else [nn.Hardtanh()]


@dataclass(frozen=True)
class CONV5(PooledArchitecture):
    """Four convolutions with biases, h = tanh(maxpool(conv(h))): w, 2w, 4w, 8w; w = 32.

    The fifth layer is the head, tanh of a linear map of all features to 64 numbers.

    Source: the target propagation of Tang, Yang & Amit (arXiv 2109.15089); as in the authors' public code.
    """

    multiples = (1, 2, 4, 8)
    pooled = (True, True, True, True)
    bias = True

    def after(self, pooled: bool) -> list[nn.Module]:
        return [nn.MaxPool2d(2), nn.Tanh()]
