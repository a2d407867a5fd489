"""The levels of an encoder: which of its feature maps a task reads."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from groups import FieldAction
from homossl.encoders import Encoder
from homossl.evaluate import frozen
from homossl.evaluate.features import any_weight

Name = TypeVar("Name", bound=Hashable)


class Level(NamedTuple):
    """Feature maps of one resolution."""

    channels: int
    stride: int
    """Pixels between cells."""
    aligned: bool
    """Whether cell i lies at pixel s i, with the first and the last in the corners; else in the middle of s pixels."""
    action: FieldAction | None = None
    """How the group moves them, where that is known."""
    cells: int = 1
    """Cells along each side."""


class Levels(nn.Module):
    """An encoder that gives the features of each of its levels, fine to coarse."""

    levels: tuple[Level, ...]
    action_in: FieldAction | None = None


class Staged(Levels):
    """An encoder of ours, each stage of which claims an action.

    Raises:
        ValueError: a stage gives no field on the plane.
    """

    def __init__(self, encoder: Encoder, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.encoder = encoder
        actions = [self._action(i) for i in range(len(encoder.stages))]
        maps = _of_zeros(encoder, shape, self._outputs)
        self.taken = last_of_each_size(maps)
        self.levels = tuple(level(maps[i], shape, actions[i]) for i in self.taken)
        self.action_in = encoder.action_in  # type: ignore[assignment]

    def forward(self, x: Tensor) -> list[Tensor]:
        maps = self._outputs(x)
        return [maps[i] for i in self.taken]

    def _outputs(self, x: Tensor) -> dict[int, Tensor]:
        maps = {}
        for i, stage in enumerate(self.encoder.stages):
            maps[i] = x = stage(x)
        return maps

    def _action(self, index: int) -> FieldAction:
        action: Any = self.encoder.stages[index].action_out
        if not isinstance(action, FieldAction):
            raise ValueError(f"transfer reads fields on the plane (b c h w), but stage {index} gives {action}")
        return action


class Observed(Levels):
    """Any module: the outputs of those inside it that are the last of their resolution.

    The module is run as a whole, its classifier too, whose output is left aside. Gray images are repeated where it
    takes more channels.

    Raises:
        ValueError: it cannot read images of this shape, or has no feature maps (b c h w), h > 1.
    """

    def __init__(self, model: nn.Module, shape: tuple[int, ...], channels: int) -> None:
        super().__init__()
        self.model, self.channels = model, channels
        names = [name for name, _ in model.named_modules()]
        try:
            maps = _of_zeros(model, shape, lambda x: self._outputs(x, names))
        except (RuntimeError, AssertionError, ValueError) as error:
            raise ValueError(f"{type(model).__name__} cannot read images of shape {shape}: {error}") from error
        self.taken = last_of_each_size(maps)
        if not self.taken:
            raise ValueError(f"{type(model).__name__} has no feature maps (b c h w) for images of shape {shape}")
        self.levels = tuple(level(maps[name], shape) for name in self.taken)

    def forward(self, x: Tensor) -> list[Tensor]:
        maps = self._outputs(x, self.taken)
        return [maps[name] for name in self.taken]

    def _outputs(self, x: Tensor, names: Iterable[str]) -> dict[str, Tensor]:
        maps: dict[str, Tensor] = {}
        with _kept(self.model, names, maps):
            self.model(x.expand(-1, self.channels, -1, -1) if x.shape[1] == 1 else x)
        return maps


def last_of_each_size(maps: Mapping[Name, Any]) -> list[Name]:
    """The names of the maps (b c h w) after which the resolution falls, in their order.

    One cell is no map, and what comes after the coarsest map at a finer resolution is left out.

    >>> shapes = {"stem": (1, 8, 9, 9), "block": (1, 8, 9, 9), "pool": (1, 8, 5, 5), "mean": (1, 8, 1, 1)}
    >>> last_of_each_size({name: torch.zeros(shape) for name, shape in shapes.items()})
    ['block', 'pool']
    """
    last: dict[int, Name] = {}
    for name, z in maps.items():
        if _is_map(z) and z.shape[-1] <= min(last, default=z.shape[-1]):
            last[z.shape[-1]] = name
    return list(last.values())


def level(z: Tensor, shape: tuple[int, ...], action: FieldAction | None = None) -> Level:
    """The level of features z: (b c h w) of images of shape (c h w)."""
    size, cells = shape[-1], z.shape[-1]
    corners = size % 2 == 1 and (size - 1) % (cells - 1) == 0  # 8 cells of 64 pixels tile them: 63 / 7 is no stride
    stride = action.stride if action else (size - 1) // (cells - 1) if corners else round(size / cells)
    return Level(z.shape[1], stride, (cells - 1) * stride == size - 1, action, cells)


def _is_map(z: object) -> bool:
    return isinstance(z, Tensor) and z.dim() == 4 and z.shape[-1] == z.shape[-2] > 1


def _of_zeros(
    model: Any, shape: tuple[int, ...], outputs: Callable[[Tensor], dict[Name, Tensor]]
) -> dict[Name, Tensor]:
    with frozen(model):
        return outputs(torch.zeros(2, *shape).to(any_weight(model)))


@contextmanager
def _kept(model: nn.Module, names: Iterable[str], maps: dict[str, Any]) -> Iterator[None]:
    """While entered, the outputs of the modules of these names are kept, in the order in which they come."""

    def keeping(name: str) -> Callable[..., None]:
        def keep(_module: nn.Module, _inputs: Any, output: Any) -> None:
            maps.pop(name, None)
            maps[name] = output

        return keep

    handles = [model.get_submodule(name).register_forward_hook(keeping(name)) for name in names]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
