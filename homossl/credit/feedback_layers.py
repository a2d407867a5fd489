"""Layers whose error goes down through the weights of a twin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn

from groups._escnn import enn
from homossl.layers import ScaleConv
from homossl.lowering import LoweredConv

STEERABLE = enn.R2Conv, LoweredConv, ScaleConv
LAYERS = nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, *STEERABLE


def layers_of(*parts: nn.Module) -> list[nn.Module]:
    """The linear layers, convolutions and steerable convolutions in these modules, each once."""
    return [module for module in nn.ModuleList(parts).modules() if isinstance(module, LAYERS)]


def weight(layer: nn.Module) -> Tensor:
    """The weights of a layer; those of a steerable one are coefficients in its equivariant basis."""
    return layer.get_parameter("weights" if isinstance(layer, STEERABLE) else "weight")


def twin_of(layer: nn.Module) -> nn.Module:
    """A copy with weights of its own that no gradient reaches, in the same basis, and without bias."""
    twin: Any = deepcopy(layer).requires_grad_(False)
    twin.bias = None
    return twin


@contextmanager
def sent_through(layers: Sequence[nn.Module], twins: Sequence[nn.Module]) -> Iterator[None]:
    """Within, each layer gives W x, its weights learn from x, and x gets the error B^T d through its twin's weights B.

    The layers are left as they were, whatever happens within.
    """
    with ExitStack() as hooks:
        for layer, twin in zip(layers, twins, strict=True):
            detour = Detour(twin)
            hooks.enter_context(layer.register_forward_pre_hook(detour.cut))
            hooks.enter_context(layer.register_forward_hook(detour.join))
        yield


class Detour:
    """The hooks of one layer: cut takes its input out of the graph, join ties its output to that input by the twin."""

    def __init__(self, twin: nn.Module) -> None:
        self.twin = twin
        self.x: Any = None

    def cut(self, layer: nn.Module, args: tuple[Any, ...]) -> Any:
        """The input as a constant."""
        (self.x,) = args
        return with_tensor(self.x, tensor_of(self.x).detach())

    def join(self, layer: nn.Module, args: tuple[Any, ...], out: Any) -> Any:
        """The output, whose error goes to the weights and through the twin to the input."""
        x, self.x = self.x, None
        if not tensor_of(x).requires_grad:
            return out
        return with_tensor(out, Fork.apply(tensor_of(out), tensor_of(self.twin(x))))


class Fork(torch.autograd.Function):
    """(value, other) -> value, whose error reaches both."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, other: Tensor) -> Tensor:
        return value.clone()  # a view could not be written to by an activation in place

    @staticmethod
    def backward(ctx: Any, error: Tensor) -> tuple[Tensor, Tensor]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return error, error


def tensor_of(x: Any) -> Tensor:
    """x, or what is in it where it is a field of escnn."""
    return x.tensor if isinstance(x, enn.GeometricTensor) else x


def with_tensor(like: Any, x: Tensor) -> Any:
    """x, as a field of escnn where `like` is one."""
    return enn.GeometricTensor(x, like.type) if isinstance(like, enn.GeometricTensor) else x
