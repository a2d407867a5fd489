"""Steerable convolutions as plain ones, whose filter is expanded once for all passes between two updates."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from groups.precision import full_precision
from homossl.lowering.expanded import Expanded, Kept, can_keep
from homossl.lowering.expansion import Bases, Expansion
from homossl.lowering.layouts import is_channels_last
from homossl.lowering.sharing import Lowered

EXPANDED = ("filter", "expanded_bias")
"""What escnn's convolutions keep in evaluation, and their state dicts then hold."""


class LoweredConv(Lowered):
    """y = x * filter + bias, filter = sum over s of weights_s basis_s; the work of R2Conv, R3Conv or R2ConvTransposed.

    The filter is expanded in float32 or better, also under autocast, and kept until the weights change. It lies in
    memory as the input does. While a graph is compiled or captured, the expansion is part of it.
    """

    weights: Tensor
    bias: Tensor | None

    keeps = True
    """Whether filters are kept; not where something writes into weights unseen, as sharding does."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        _make_loadable(source.basisexpansion)
        self._non_persistent_buffers_set.update(EXPANDED)
        if source.bias is None:
            self.__dict__["bias"] = None
        self.expansion = Expansion.of(source.basisexpansion, source.d * (source.kernel_size,))
        self.kept = Kept()

    def forward(self, x: Tensor) -> Tensor:
        filters, bias = self.expand(is_channels_last(x))
        conv, mode = self.source, self.source.padding_mode
        convolve = F.conv3d if conv.d == 3 else F.conv2d
        if mode == "zeros":
            return convolve(x, filters, bias, conv.stride, conv.padding, conv.dilation, conv.groups)
        padded = F.pad(x, conv._reversed_padding_repeated_twice, mode)
        return convolve(padded, filters, bias, conv.stride, 0, conv.dilation, conv.groups)

    def expand(self, last: bool = False) -> tuple[Tensor, Tensor | None]:
        """The filter (o i kh kw), channels last in memory if asked for, and the bias (o)."""
        with torch.autocast(self.weights.device.type, enabled=False):
            return self._filter(last), self._bias()

    def _filter(self, last: bool) -> Tensor:
        weights, bases = self.weights, self.expansion.bases(self._modules["_basisexpansion"])  # type: ignore[arg-type]
        if not (self.keeps and can_keep(weights)):
            return self._expanded(weights, bases, last)
        value = self.kept.get([weights, *bases.values()], last, lambda: self._expanded(weights, bases, last))
        if not weights.requires_grad:
            return value
        return Expanded.apply(weights, value, self.expansion, self.kept, bases, last)  # type: ignore[return-value]

    def _expanded(self, weights: Tensor, bases: Bases, last: bool) -> Tensor:
        return self.expansion(weights, bases, last).to(weights.dtype)

    def _bias(self) -> Tensor | None:
        if self.bias is None:
            return None
        return (full_precision(self.get_buffer("bias_expansion")) @ full_precision(self.bias)).to(self.bias.dtype)

    def train(self, mode: bool = True) -> LoweredConv:
        self.kept.clear()
        return super().train(mode)

    def extra_repr(self) -> str:
        conv = self.source
        size = f"{conv.in_type.size}, {conv.out_type.size}, kernel_size={conv.kernel_size}, stride={conv.stride}"
        return f"{size}, padding={conv.padding}, bias={self.bias is not None}"

    def __repr__(self) -> str:
        return f"{self._get_name()}({self.extra_repr()})"

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any) -> None:
        """Also from states of escnn in evaluation, whose expanded filters follow from the weights."""
        for name in EXPANDED:
            state_dict.pop(prefix + name, None)
        super()._load_from_state_dict(state_dict, prefix, *args)
        self.kept.clear()


def _make_loadable(expansion: Any) -> None:
    """Some of escnn's indices have entries that lie in one place, so that no state could be loaded into them."""
    for name, buffer in expansion._buffers.items():
        expansion._buffers[name] = buffer.contiguous()


class LoweredConvTransposed(LoweredConv):
    """y = the transposed convolution of x with the filter, whose axes (o i) are swapped, + bias; R2ConvTransposed."""

    def forward(self, x: Tensor) -> Tensor:
        filters, bias = self.expand(is_channels_last(x))
        conv = self.source
        shape = conv.stride, conv.padding, conv.output_padding, conv.groups, conv.dilation
        return F.conv_transpose2d(x, filters.transpose(0, 1), bias, *shape)
