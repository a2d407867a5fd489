"""The layers of a model that says nothing about itself, and what they put out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
"""Modules that are opened; their subclasses, which have names of their own, are layers."""


def layer_names(model: nn.Module, depth: int = 1) -> tuple[str, ...]:
    """The modules at a depth below a model, containers opened, as they are defined, and the model itself, "".

    >>> layer_names(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.ReLU(), nn.Flatten())))
    ('0', '1.0', '1.1', '')
    """
    return (*_below(model, "", depth), "")


def check_names(model: nn.Module, names: Sequence[str]) -> None:
    """Check that the model has modules of these names.

    Raises:
        ValueError: it has not.
    """
    known = dict(model.named_modules())
    if missing := [name for name in names if name not in known]:
        raise ValueError(f"{type(model).__name__} has the modules {', '.join(filter(None, known))}; got {missing}")


@contextmanager
def tapped(model: nn.Module, names: Sequence[str]) -> Iterator[dict[str, Tensor]]:
    """What each layer put out last, (b *event), refreshed by every forward pass inside.

    Copies, as later layers may write in place; what is no tensor of floating-point numbers is left out.
    """
    outputs: dict[str, Tensor] = {}
    hooks = [model.get_submodule(name).register_forward_hook(_keep(outputs, name)) for name in names]
    try:
        yield outputs
    finally:
        for hook in hooks:
            hook.remove()


def _below(module: nn.Module, prefix: str, depth: int) -> Iterator[str]:
    for name, child in module.named_children():
        if type(child) in CONTAINERS:
            yield from _below(child, f"{prefix}{name}.", depth)
        elif depth > 1 and any(child.children()):
            yield from _below(child, f"{prefix}{name}.", depth - 1)
        else:
            yield prefix + name


def _keep(outputs: dict[str, Tensor], name: str) -> Callable[[nn.Module, Any, Any], None]:
    def keep(module: nn.Module, args: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.is_floating_point() and output.dim() > 1:
            outputs[name] = output.detach().clone()

    return keep
