"""Any model as a module from tensors to tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from groups._escnn import enn


class Bare(nn.Module):
    """A function as a module."""

    def __init__(self, f: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.f = f

    def forward(self, x: Tensor) -> Tensor:
        return self.f(x)


class Typed(nn.Module):
    """A module of escnn as one from tensors to tensors."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.body = body
        self.training = body.training  # in another mode than its body, it would be brought back to it through train()

    def forward(self, x: Tensor) -> Tensor:
        return self.body(enn.GeometricTensor(x, self.body.in_type)).tensor


def as_module(model: Any) -> nn.Module:
    """A model as a module from tensors to tensors; scripted ones are functions, as they take no hooks."""
    if isinstance(model, enn.EquivariantModule):
        return Typed(model)
    if isinstance(model, nn.Module) and not isinstance(model, torch.jit.ScriptModule):
        return model
    return Bare(lambda x: model(x))
