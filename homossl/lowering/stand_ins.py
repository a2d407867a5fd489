"""What stands for the modules of a network while it is followed, and afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

from torch import nn

from homossl.lowering.registry import holds_fields, lowering_of


class StandIns:
    """A tree of the same names as a network: lowered layers, and copies of what holds them."""

    def __init__(self) -> None:
        self.made: dict[int, nn.Module] = {}
        self.layers: set[int] = set()
        self.containers: dict[int, nn.Module] = {}

    def of(self, source: nn.Module) -> nn.Module:
        """The lowering of a module, a container of what stands for its parts, or the module itself."""
        if id(source) not in self.made:
            self.made[id(source)] = self._new(source)
        return self.made[id(source)]

    def container(self, source: nn.Module) -> nn.Module:
        """A copy that shares parameters and buffers, and holds what stands for the parts."""
        own = copy(source)
        own.__dict__["_modules"] = {name: child and self.of(child) for name, child in source._modules.items()}
        self.containers[id(own)] = own
        return own

    @contextmanager
    def in_mode(self, training: bool) -> Iterator[None]:
        """Follow forward passes in a mode; layers are not told of it."""
        modes = [container.training for container in self.containers.values()]
        for container in self.containers.values():
            container.training = training
        yield
        for container, mode in zip(self.containers.values(), modes, strict=True):
            container.training = mode

    def _new(self, source: nn.Module) -> nn.Module:
        if lowering := lowering_of(source):
            layer = lowering(source)
            self.layers.add(id(layer))
            return layer
        return self.container(source) if holds_fields(source) else source
