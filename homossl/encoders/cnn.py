"""A small convolutional encoder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import mul

from homossl.encoders.architecture import NormalisedArchitecture
from homossl.encoders.encoder import Stage
from homossl.layers import Layers


@dataclass(frozen=True)
class CNN(NormalisedArchitecture):
    """One stage of convolution, batch normalisation and ReLU per width, (b c h w) -> (b fields*|H| h/s w/s).

    >>> from groups import Cyclic
    >>> CNN().build(Cyclic(4), channels=1, size=17).action_out.stride
    4

    Raises:
        ValueError: fields and steps differ in length, or one is below 1.
    """

    fields: tuple[int, ...] = (8, 16, 32)
    """Regular fields of each stage."""
    steps: tuple[int, ...] = (1, 2, 2)
    """Stride of each stage."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.fields) != len(self.steps) or not self.fields or min(*self.fields, *self.steps) < 1:
            raise ValueError(f"CNN needs as many fields as steps, each >= 1, got {self.fields} and {self.steps}")

    @property
    def strides(self) -> tuple[int, ...]:
        return self.steps

    def widths(self, order: int) -> tuple[int, ...]:
        return self.fields

    def stages(self, layers: Layers, channels: int, widths: tuple[int, ...]) -> Iterable[Stage]:
        strides = accumulate(self.steps, mul)
        fields = [layers.images(channels), *[layers.fields(k, s) for k, s in zip(widths, strides, strict=True)]]
        for before, after in pairwise(fields):
            yield Stage(layers.enter(layers.block(before, after), before), before, after)
