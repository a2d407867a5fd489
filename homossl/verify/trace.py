"""One forward pass taken apart: what every module was given, and what it made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from homossl.lowering import Lowered, LoweredNetwork


def tensor_of(value: Any) -> Tensor | None:
    """The tensor that a value is, or that an escnn GeometricTensor holds."""
    inner = value if isinstance(value, Tensor) else getattr(value, "tensor", None)
    return inner if isinstance(inner, Tensor) else None


def type_of(value: Any) -> Any:
    """The FieldType of an escnn GeometricTensor."""
    return None if isinstance(value, Tensor) else getattr(value, "type", None)


def with_tensor(value: Any, tensor: Tensor) -> Any:
    """A value of the same kind that holds another tensor."""
    return tensor if isinstance(value, Tensor) else type(value)(tensor, value.type)


@dataclass(eq=False)
class Call:
    """One call of one module: what came in and out, and copies of both, as later modules may write in place."""

    name: str
    module: nn.Module
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    parent: Call | None
    given: Tensor
    made: Tensor | None = None
    output: Any = None

    @property
    def before(self) -> Tensor:
        """The very tensor that came in, which names the edge between two modules."""
        return tensor_of(self.args[0])  # type: ignore[return-value]

    @property
    def after(self) -> Tensor:
        """The very tensor that came out."""
        return tensor_of(self.output)  # type: ignore[return-value]

    @property
    def result(self) -> Tensor:
        """A copy of what came out."""
        assert self.made is not None
        return self.made

    def again(self, x: Tensor, module: nn.Module | None = None) -> Tensor:
        """What the module makes of another input."""
        entry = with_tensor(self.args[0], x.clone())
        return tensor_of((module or self.module)(entry, *self.args[1:], **self.kwargs))  # type: ignore[return-value]

    @property
    def takes_one_tensor(self) -> bool:
        """Whether the call can be repeated on a moved input: with several tensors, all of them would have to move."""
        return all(tensor_of(value) is None for value in (*self.args[1:], *self.kwargs.values()))

    def within(self, other: Call) -> bool:
        """Whether this call was made inside another."""
        return self.parent is not None and (self.parent is other or self.parent.within(other))


@dataclass
class Recorder:
    """Collects calls while it is entered, by the names that modules have in a model."""

    model: nn.Module
    calls: list[Call] = field(default_factory=list)
    _stack: list[Call | None] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)

    def before(self, name: str, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = tensor_of(args[0]) if args else None
        if given is None:
            self._stack.append(None)
            return
        self._seen[name] += 1
        label = name if self._seen[name] == 1 else f"{name}#{self._seen[name]}"
        parent = next((call for call in reversed(self._stack) if call), None)
        self._stack.append(Call(label, module, args, kwargs, parent, given.detach().clone()))

    def after(self, output: Any) -> None:
        call = self._stack.pop()
        made = tensor_of(output)
        if call is not None and made is not None:
            call.output, call.made = output, made.detach().clone()
            self.calls.append(call)


@contextmanager
def recorded(model: nn.Module) -> Iterator[list[Call]]:
    """The calls of all modules inside a block, in the order in which they ended; a repeated one is named `relu#2`."""
    recorder = Recorder(model)
    hooks, inner = [], parts_of_lowered_layers(model)
    for name, module in model.named_modules():
        if is_private(name) or name in inner or isinstance(module, torch.jit.ScriptModule):  # which takes no hooks
            continue
        enter = partial(recorder.before, name)
        hooks.append(module.register_forward_pre_hook(enter, with_kwargs=True))
        hooks.append(module.register_forward_hook(lambda m, args, output: recorder.after(output)))
    try:
        yield recorder.calls
    finally:
        for hook in hooks:
            hook.remove()


def trace(model: nn.Module, x: Tensor) -> list[Call]:
    """All calls of one forward pass, that of the model last; x itself stays, as modules may write in place.

    Raises:
        TypeError: the model does not give one tensor.
    """
    with recorded(model) as calls:
        output = model(x.clone())
    if not calls or calls[-1].module is not model:
        raise TypeError(f"the model gave a {type(output).__name__}, expected one tensor (b ...)")
    return calls


def parts_of_lowered_layers(model: nn.Module) -> set[str]:
    """Names of what is inside the layers that stand for one of escnn's: they are one map, as those are."""
    layers = {n: m for n, m in model.named_modules() if isinstance(m, Lowered) and not isinstance(m, LoweredNetwork)}
    return {f"{name}.{part}" for name, layer in layers.items() for part, _ in layer.named_modules() if part}


def is_private(name: str) -> bool:
    """Whether a module belongs to its owner alone, as e3nn's generated code does."""
    return any(part.startswith("_") for part in name.split("."))
