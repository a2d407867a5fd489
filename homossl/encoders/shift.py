"""Convolutional encoders of signals and spectrograms: homomorphisms of shifts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import mul
from typing import Literal

from torch import nn

from groups import Cyclic, Field, FieldAction, Group, LineAction, Regular, Representation, Torus, Translation, Trivial
from homossl.encoders.architecture import Architecture, nearest_widths, parameters
from homossl.encoders.encoder import Encoder, Stage
from homossl.layers.regional import RegionalConv

GROUPS = {2: (Cyclic, Translation(1)), 3: (Torus, Translation(2))}
"""The shifts of samples by their number of axes, (c t) and (c f t)."""


@dataclass(frozen=True)
class ShiftCNN(Architecture):
    """One stage of convolution, batch normalisation and ReLU per width, for shifts: (b c t) or (b c f t) -> (b k ...).

    Signals (c t) are shifted by Cyclic(t) or Translation(1), spectrograms (c f t) by Torus(f, t) or Translation(2):
    around the grid exactly, with circular convolutions and no strides, or with silence beyond the border.

    An ordinary convolution *is* equivariant to shifts, so "plain" takes that away: each of so many regions along a side
    has weights of its own, and the widths are such that there are as many parameters, as nearly as may be.

    >>> from groups import Torus
    >>> ShiftCNN().on(Torus(48, 32), (1, 48, 32)).action_out.fibre.dim
    32

    Raises:
        ValueError: widths and steps differ in length, a number is below 1, or the kernel is even.
    """

    widths: tuple[int, ...] = (16, 32, 32)
    """Channels of each stage."""
    steps: tuple[int, ...] = (1, 1, 1)
    """Stride of each stage, along every side."""
    kernel: int = 3
    """Cells along each side of the kernels."""
    regions: int = 4
    """Regions along each side that have weights of their own in the plain form."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.widths) != len(self.steps) or not self.widths or min(*self.widths, *self.steps) < 1:
            raise ValueError(f"ShiftCNN needs as many widths as steps, each >= 1, got {self.widths} and {self.steps}")
        if self.kernel < 1 or self.kernel % 2 == 0 or self.regions < 1:
            raise ValueError(f"ShiftCNN needs an odd kernel and regions >= 1, got {self.kernel} and {self.regions}")

    def on(self, group: Group, shape: tuple[int, ...]) -> Encoder:
        self._check(group, shape)
        tied, untied = Grid(group, shape, 1), Grid(group, shape, self.regions)
        if self.structure == "steerable":
            return Encoder(self._stages(tied, self.widths))
        target = parameters(self._stages(tied, self.widths))
        widths = nearest_widths(self.widths, target, lambda w: parameters(self._stages(untied, w)))
        return Encoder(self._stages(untied, widths))

    def _stages(self, grid: Grid, widths: tuple[int, ...]) -> Iterator[Stage]:
        strides = accumulate(self.steps, mul)
        fields = [grid.inputs, *[grid.fields(k, s) for k, s in zip(widths, strides, strict=True)]]
        for before, after in pairwise(fields):
            yield Stage(grid.block(before, after, self.kernel), before, after)

    def _check(self, group: Group, shape: tuple[int, ...]) -> None:
        if len(shape) not in GROUPS:
            raise ValueError(f"ShiftCNN takes signals (c t) or spectrograms (c f t), got {shape}")
        cyclic, free = GROUPS[len(shape)]
        if not isinstance(group, cyclic) and group != free:
            raise TypeError(f"ShiftCNN of samples {shape} takes shifts, {cyclic.__name__} or {free}, got {group}")
        if isinstance(group, cyclic) and max(self.steps) > 1:
            raise ValueError(f"strides break the shifts of {group} around the grid: use steps of 1, got {self.steps}")


@dataclass(frozen=True)
class Grid:
    """Layers on signals or spectrograms that a group shifts, with weights of their own in each of so many regions."""

    group: Group
    shape: tuple[int, ...]
    regions: int

    @property
    def sides(self) -> int:
        """How many sides the grid has, without the channels."""
        return len(self.shape) - 1

    @property
    def padding(self) -> Literal["zeros", "circular"]:
        """How layers and actions see beyond the border."""
        return "zeros" if isinstance(self.group, Translation) else "circular"

    @property
    def inputs(self) -> Field:
        """The action on samples."""
        return self._field(Trivial(self.group, self.shape[0]), 1)

    def fields(self, k: int, stride: int) -> Field:
        """The action on k channels at a stride."""
        return self._field(k * Regular(Cyclic(1)), stride)

    def block(self, before: Field, after: Field, kernel: int) -> nn.Module:
        """Convolution, normalisation, non-linearity."""
        norm = nn.BatchNorm1d if self.sides == 1 else nn.BatchNorm2d
        stride = after.stride // before.stride  # type: ignore[attr-defined]
        conv = self._conv(before.fibre.dim, after.fibre.dim, kernel, stride)
        return nn.Sequential(conv, norm(after.fibre.dim), nn.ReLU(inplace=True))

    def _conv(self, before: int, after: int, kernel: int, stride: int) -> nn.Module:
        if self.regions > 1:
            return RegionalConv(before, after, kernel, self.sides * (self.regions,), stride, self.padding)
        ordinary, padding = nn.Conv1d if self.sides == 1 else nn.Conv2d, kernel // 2
        conv = ordinary(before, after, kernel, stride, padding, bias=False, padding_mode=self.padding)
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        return conv

    def _field(self, fibre: Representation, stride: int) -> Field:
        kind = LineAction if self.sides == 1 else FieldAction
        return kind(self.group, fibre, stride, self.padding)
