"""escnn's fields, holding proxies while a forward pass is followed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import fx

from groups._escnn import enn


@contextmanager
def fields_of_proxies() -> Iterator[None]:
    """Let a GeometricTensor hold a proxy, whose shape cannot be checked, and be multiplied by one."""
    init, multiply = enn.GeometricTensor.__init__, enn.GeometricTensor.__mul__

    def unchecked(self: Any, tensor: Any, type: Any, coords: Any = None) -> None:
        if isinstance(tensor, fx.Proxy):
            self.tensor, self.type, self.coords = tensor, type, coords
        else:
            init(self, tensor, type, coords)

    def times(self: Any, other: Any) -> Any:
        return self.type(self.tensor * other) if isinstance(other, fx.Proxy) else multiply(self, other)

    enn.GeometricTensor.__init__, enn.GeometricTensor.__mul__ = unchecked, times  # type: ignore[method-assign]
    try:
        yield
    finally:
        enn.GeometricTensor.__init__, enn.GeometricTensor.__mul__ = init, multiply  # type: ignore[method-assign]
