"""Any model as a module from tensors to tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from groups._escnn import enn
from homossl.layers import Unwrapped


class Bare(nn.Module):
    """A function as a module."""

    def __init__(self, f: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.f = f

    def forward(self, x: Tensor) -> Tensor:
        return self.f(x)


def as_module(model: Any) -> nn.Module:
    """A model as a module from tensors to tensors; scripted ones are functions, as they take no hooks."""
    if isinstance(model, enn.EquivariantModule):
        return _unwrapped(model)
    if isinstance(model, nn.Module) and not isinstance(model, torch.jit.ScriptModule):
        return model
    return Bare(lambda x: model(x))


def _unwrapped(body: enn.EquivariantModule) -> nn.Module:
    module = Unwrapped(body, body.in_type)
    module.training = body.training  # in another mode than its body, it would be brought back to it through train()
    return module
