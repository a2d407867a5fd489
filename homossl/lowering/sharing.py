"""Modules that hold the very parameters and buffers of the modules they stand for."""

from __future__ import annotations

from typing import Any

from torch import nn


def share(module: nn.Module, source: nn.Module) -> None:
    """Give a module the parameters and buffers of another: their state dicts agree, and `.to()` on one moves both.

    `module.source` is the other, which is no child of it. A deep copy copies both, and they share again.
    """
    state: dict[str, Any] = {name: source.__dict__[name] for name in ("_parameters", "_buffers")}
    transient = set(source._non_persistent_buffers_set)
    module.__dict__.update(state, source=source, training=source.training, _non_persistent_buffers_set=transient)


class Held(nn.Module):
    """The state of a module that is not called."""

    source: Any
    """The module it was made of."""

    def __init__(self, source: nn.Module) -> None:
        super().__init__()
        share(self, source)
        children = {name: child and Held(child) for name, child in source._modules.items()}
        self.__dict__["_modules"] = children


class Lowered(Held):
    """A module from tensors (b c h w) to tensors that stands for one of escnn, its `source`, and shares its state."""
