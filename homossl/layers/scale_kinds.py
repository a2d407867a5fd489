"""Layers on fields over scales and turns: steerable ones, and plain ones without tying."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from torch import nn

from groups import Action, FieldAction
from groups.scale_field import ScaleField, scale_field
from groups.scale_space import ScaleSpace
from homossl.layers.kinds import Layers, Plain
from homossl.layers.local_norm import LocalNorm
from homossl.layers.scale_basis import HermiteGaussians
from homossl.layers.scale_conv import ScaleConv, ScalePool
from homossl.lowering import FieldNorm


@dataclass(frozen=True)
class ScaleLayers(Layers):
    """Layers on k fields over the turns and scales of a space, in k turns * scales channels."""

    space: ScaleSpace = field(kw_only=True)
    """What each field is a function on, beside the cells."""

    @property
    def order(self) -> int:
        """The points of a fibre."""
        return self.space.dim

    def fields(self, k: int, stride: int = 1) -> ScaleField:
        """The action on k fields at a stride."""
        return scale_field(self.space, k, stride, padding=self.padding)

    def pool_scales(self, before: Action, kind: Literal["max", "mean"]) -> ScalePool:
        """The maximum or the mean over the scales, which leaves fields over turns and cells."""
        assert isinstance(before, ScaleField)
        pooled = ScaleSpace(self.group, 1, self.space.turns, self.space.step)
        after = scale_field(pooled, len(before.fibre.terms), before.stride, padding=self.padding)
        return ScalePool(before, after, kind)


@dataclass(frozen=True)
class SteerableScale(ScaleLayers):
    """Layers whose filters are the same at all scales and turns but for their size and angle."""

    pixels: int = field(default=7, kw_only=True)
    """Pixels along each side of a filter."""
    first: float = field(default=0.6, kw_only=True)
    """Standard deviation of the filters of the first scale, in pixels."""
    reach: int = field(default=1, kw_only=True)
    """Scales that a filter of a hidden layer sees, from its own upwards."""

    def conv(self, before: FieldAction, after: FieldAction, kernel: int = 3, bias: bool = False) -> nn.Module:
        """A convolution with kernel x kernel functions for each scale, on `pixels` x `pixels`; with 1 on a pixel."""
        assert isinstance(after, ScaleField)
        space, reach = self.space, self.reach if kernel > 1 else 1
        basis = HermiteGaussians(space.scales, space.step, space.turns, kernel, self.pixels, self.first)
        return ScaleConv(before, after, basis, reach, bias)

    def norm(self, field: FieldAction) -> nn.Module:
        k = field.fibre.dim // self.order
        norm = LocalNorm(k, self.order) if self.norm_kind == "local" else FieldNorm(nn.BatchNorm3d(k), self.order)
        return _claiming(norm, field)

    def relu(self, field: FieldAction) -> nn.Module:
        return nn.ReLU(inplace=True)

    def pool(self, before: FieldAction, after: FieldAction) -> nn.Module:
        return nn.MaxPool2d(3, after.stride // before.stride, padding=1)

    def enter(self, body: nn.Module, field: FieldAction) -> nn.Module:
        return body


@dataclass(frozen=True)
class PlainScale(ScaleLayers, Plain):
    """The same layers with every weight free: channels are read as scales and turns, but nothing ties them."""


def _claiming(norm: Any, field: FieldAction) -> nn.Module:
    """A norm that says how its input and its output are moved."""
    norm.action_in = norm.action_out = field
    return norm
