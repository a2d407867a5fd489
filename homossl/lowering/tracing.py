"""One trace of a network on escnn's fields, as a graph of calls on plain tensors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from torch import fx, nn
from torch.fx.proxy import TraceError

from groups._escnn import enn
from homossl.lowering.branching import FOLLOWED
from homossl.lowering.proxies import fields_of_proxies
from homossl.lowering.registry import check_traceable
from homossl.lowering.stand_ins import StandIns

FIELDS = sys.modules[enn.GeometricTensor.__module__].__file__
"""Where escnn checks shapes, which a proxy does not have."""


class FieldTracer(fx.Tracer):
    """Follows containers and users' modules; escnn's layers and modules of plain tensors are single calls.

    A field (GeometricTensor) carries a proxy of its tensor and its real type, so that types are checked once, here.
    """

    proxy_buffer_attributes = True

    def __init__(self, in_types: Sequence[Any], stand_ins: StandIns) -> None:
        super().__init__()
        self.in_types, self.stand_ins = in_types, stand_ins

    def create_args_for_root(self, root_fn: Any, is_module: bool, concrete_args: Any = None) -> tuple[Any, list[Any]]:
        """The inputs, those that have a type as fields."""
        function, (root, *inputs) = super().create_args_for_root(root_fn, is_module, concrete_args)
        fields = [enn.GeometricTensor(x, kind) for x, kind in zip(inputs, self.in_types, strict=False)]
        return function, [root, *fields, *inputs[len(fields) :]]

    def create_arg(self, a: Any) -> Any:
        """What a call is given, or the whole returns: tensors for fields."""
        return super().create_arg(a.tensor if isinstance(a, enn.GeometricTensor) else a)

    def to_bool(self, obj: fx.Proxy) -> bool:
        """Escnn's own checks of shapes pass."""
        return sys._getframe(2).f_code.co_filename == FIELDS or super().to_bool(obj)

    def call_module(self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: Any) -> Any:
        """A call of a module: its result, or the proxy of it."""
        m = self.stand_ins.made.get(id(m), m)
        if type(m) in FOLLOWED:
            return FOLLOWED[type(m)](m, *args, **kwargs)
        path = self.path_of_module(m)
        if id(m) in self.stand_ins.layers:
            return self._call_layer(m.source, path, [*args, *kwargs.values()])
        if id(m) in self.stand_ins.containers or any(
            isinstance(x, enn.GeometricTensor) for x in (*args, *kwargs.values())
        ):
            check_traceable(m, path)
            with blamed(m, path):
                return forward(*args, **kwargs)
        return self.create_proxy("call_module", path, args, kwargs)

    def _call_layer(self, m: Any, path: str, fields: list[Any]) -> Any:
        expected = m.in_type if isinstance(m.in_type, tuple) else (m.in_type,)
        for field, kind in zip(fields, expected, strict=True):
            _check_type(field, kind, f"{path} ({type(m).__name__})")
        result: Any = self.create_proxy("call_module", path, tuple(field.tensor for field in fields), {})
        return enn.GeometricTensor(result, m.out_type)


def _check_type(field: Any, kind: Any, where: str) -> None:
    if not isinstance(field, enn.GeometricTensor):
        raise TypeError(f"{where} takes a field, got a plain tensor: give `in_type`, the type of the model's input")
    if field.type != kind:
        raise TypeError(f"{where} takes fields of type {kind}, got {field.type}")


@contextmanager
def blamed(module: nn.Module, path: str) -> Iterator[None]:
    """Name a module whose forward pass depends on values, or calls what is no part of it.

    Raises:
        TypeError: it does.
    """
    try:
        yield
    except (TraceError, RuntimeError, NameError) as error:
        where = f"{path or 'the model'} ({type(module).__name__})"
        raise TypeError(f"{where}: cannot lower what cannot be followed without values: {error}") from error


def trace(module: nn.Module, in_types: Sequence[Any], stand_ins: StandIns) -> Callable[..., Any]:
    """The forward pass of a module as a Python function of (self, *tensors), which calls children of self by name.

    Modules that are called from outside the tree, those it was copied from, have their stand-ins called by their ids.
    """
    with fields_of_proxies(), blamed(module, ""):
        code = FieldTracer(in_types, stand_ins).trace(module).python_code("self")
    scope: dict[str, Any] = dict(code.globals)
    exec(compile(code.src, f"<lowered {type(module).__name__}>", "exec"), scope)
    return scope["forward"]
