"""Modules around others: from tensors to escnn's fields and back, and shortcuts."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from groups._escnn import enn


class Unwrapped(nn.Module):
    """An escnn module as one from tensors to tensors."""

    def __init__(self, body: nn.Module, field_type: Any) -> None:
        super().__init__()
        self.body, self.field_type = body, field_type

    def forward(self, x: Tensor) -> Tensor:
        return self.body(enn.GeometricTensor(x, self.field_type)).tensor


class Wrapped(nn.Module):
    """A module from tensors to tensors as one of escnn's fields, whose type it keeps."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Any) -> Any:
        return enn.GeometricTensor(self.body(x.tensor), x.type)


class Residual(nn.Module):
    """x -> body(x) + shortcut(x)."""

    def __init__(self, body: nn.Module, shortcut: nn.Module | None = None) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut or nn.Identity()

    def forward(self, x: Any) -> Any:
        return self.body(x) + self.shortcut(x)
