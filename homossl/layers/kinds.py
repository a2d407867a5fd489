"""The two kinds of layers that the same architecture is built from: steerable ones, and plain ones without tying."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

from torch import nn

from groups import Cyclic, Dihedral, FieldAction, Group, Regular, Trivial, point_group
from groups._escnn import enn
from groups.interop import to_escnn
from groups.plane import torus_of
from homossl.layers.local_norm import LocalNorm
from homossl.layers.steerable import steerable_conv
from homossl.layers.wrapping import Unwrapped, Wrapped
from homossl.lowering import lower

NormKind = Literal["batch", "local"]
"""Batch normalisation, or the same forward pass with statistics that no gradient passes through."""


@dataclass(frozen=True)
class Layers(ABC):
    """Layers on fields over a grid: k regular fields of the point group of `group`, in k |H| channels."""

    group: Group
    """The group that moves the fields."""
    norm_kind: NormKind = "batch"
    """What `norm` gives."""

    @property
    def order(self) -> int:
        """The order of the point group H."""
        return _finite_point_group(self.group).order

    @property
    def padding(self) -> Literal["zeros", "circular"]:
        """How layers and actions see beyond the border."""
        return "circular" if torus_of(self.group) else "zeros"

    def fields(self, k: int, stride: int = 1) -> FieldAction:
        """The action on k regular fields at a stride."""
        return FieldAction(self.group, k * Regular(_finite_point_group(self.group)), stride, self.padding)

    def images(self, channels: int) -> FieldAction:
        """The action on images."""
        return FieldAction(self.group, Trivial(self.group, channels), padding=self.padding)

    @abstractmethod
    def conv(self, before: FieldAction, after: FieldAction, kernel: int = 3, bias: bool = False) -> nn.Module:
        """A convolution from one field to another, striding by the ratio of their strides."""

    @abstractmethod
    def norm(self, field: FieldAction) -> nn.Module:
        """Batch normalisation: one mean and variance per field where layers are tied, per channel where not."""

    @abstractmethod
    def relu(self, field: FieldAction) -> nn.Module:
        """The pointwise non-linearity."""

    @abstractmethod
    def pool(self, before: FieldAction, after: FieldAction) -> nn.Module:
        """The maximum over 3 x 3 cells, striding by the ratio of the strides."""

    def block(self, before: FieldAction, after: FieldAction, kernel: int = 3) -> nn.Module:
        """Convolution, normalisation, non-linearity."""
        return nn.Sequential(self.conv(before, after, kernel), self.norm(after), self.relu(after))

    @abstractmethod
    def enter(self, body: nn.Module, field: FieldAction) -> nn.Module:
        """The body as a module from tensors to tensors."""


class Steerable(Layers):
    """Layers of escnn, equivariant by construction; bodies of them are lowered to plain torch."""

    def conv(self, before: FieldAction, after: FieldAction, kernel: int = 3, bias: bool = False) -> nn.Module:
        return steerable_conv(before, after, kernel, self.padding, bias)

    def norm(self, field: FieldAction) -> nn.Module:
        if self.norm_kind == "local":
            return Wrapped(LocalNorm(field.fibre.dim // self.order, self.order))
        return enn.InnerBatchNorm(to_escnn(field))

    def relu(self, field: FieldAction) -> nn.Module:
        return enn.ReLU(to_escnn(field), inplace=True)

    def pool(self, before: FieldAction, after: FieldAction) -> nn.Module:
        return enn.PointwiseMaxPool(to_escnn(before), 3, after.stride // before.stride, padding=1)

    def enter(self, body: nn.Module, field: FieldAction) -> nn.Module:
        return lower(Unwrapped(body, to_escnn(field)))


class Plain(Layers):
    """The same layers with every weight free: channels are read as fields, but nothing ties them together."""

    def conv(self, before: FieldAction, after: FieldAction, kernel: int = 3, bias: bool = False) -> nn.Module:
        stride = after.stride // before.stride
        sizes = before.fibre.dim, after.fibre.dim, kernel
        conv = nn.Conv2d(*sizes, stride, padding=kernel // 2, padding_mode=self.padding, bias=bias)
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        if conv.bias is not None:
            nn.init.zeros_(conv.bias)
        return conv

    def norm(self, field: FieldAction) -> nn.Module:
        return (LocalNorm if self.norm_kind == "local" else nn.BatchNorm2d)(field.fibre.dim)

    def relu(self, field: FieldAction) -> nn.Module:
        return nn.ReLU(inplace=True)

    def pool(self, before: FieldAction, after: FieldAction) -> nn.Module:
        return nn.MaxPool2d(3, after.stride // before.stride, padding=1)

    def enter(self, body: nn.Module, field: FieldAction) -> nn.Module:
        return body


def _finite_point_group(group: Group) -> Any:
    turns = point_group(group)
    if not isinstance(turns, Cyclic | Dihedral):
        raise TypeError(f"a steerable encoder needs a point group C_n or D_n, got {turns} of {group}")
    return turns
