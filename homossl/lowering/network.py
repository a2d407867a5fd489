"""Networks of lowered layers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from torch import nn

from homossl.lowering.registry import holds_fields, lowering_of
from homossl.lowering.sharing import Lowered, share
from homossl.lowering.tracing import trace


class LoweredNetwork(Lowered):
    """A traced network: its children have the names of the source's, its forward pass is Python that calls them.

    Layers are called, containers of layers are not: hooks belong on layers, or on the whole.
    """

    def __init__(self, source: nn.Module, in_types: tuple[Any, ...]) -> None:
        nn.Module.__init__(self)
        share(self, source)
        stand_ins = StandIns()
        whole = stand_ins.container(source)
        self.__dict__["_modules"] = whole._modules
        with stand_ins.in_mode(True):
            self.in_training = trace(whole, in_types, stand_ins.made)
        with stand_ins.in_mode(False):
            self.in_evaluation = trace(whole, in_types, stand_ins.made)
        self.__dict__.update({name: v for name, v in vars(whole).items() if name.startswith("_tensor_constant")})

    def forward(self, *inputs: Any, **named: Any) -> Any:
        return (self.in_training if self.training else self.in_evaluation)(self, *inputs, **named)

    def _get_name(self) -> str:
        return f"Lowered{type(self.source).__name__}"


class StandIns:
    """What stands for each module of a network, in a tree of the same names."""

    def __init__(self) -> None:
        self.made: dict[int, nn.Module] = {}
        self.containers: list[nn.Module] = []

    def of(self, source: nn.Module) -> nn.Module:
        """The lowering of a module, a container of what stands for its parts, or the module itself."""
        if id(source) not in self.made:
            self.made[id(source)] = self._new(source)
        return self.made[id(source)]

    def container(self, source: nn.Module) -> nn.Module:
        """A copy that shares parameters and buffers, and holds what stands for the parts."""
        own = copy(source)
        self.containers.append(own)
        own.__dict__["_modules"] = {name: child and self.of(child) for name, child in source._modules.items()}
        return own

    @contextmanager
    def in_mode(self, training: bool) -> Iterator[None]:
        """Follow forward passes in a mode; parts are not told of it."""
        modes = [container.training for container in self.containers]
        for container in self.containers:
            container.training = training
        yield
        for container, mode in zip(self.containers, modes, strict=True):
            container.training = mode

    def _new(self, source: nn.Module) -> nn.Module:
        if lowering := lowering_of(source):
            return lowering(source)
        return self.container(source) if holds_fields(source) else source
