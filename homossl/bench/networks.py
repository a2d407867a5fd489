"""The same architecture run in three ways: by escnn, lowered, and with plain convolutions of as many channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from logging import ERROR, getLogger
from typing import Any

import torch
from torch import nn

from groups import FieldAction, Group
from groups.interop import to_escnn
from homossl.bench.setting import Setting
from homossl.bench.work import ENCODER, Arm, Work
from homossl.encoders import Encoder, Stage
from homossl.encoders.architecture import ImageArchitecture
from homossl.layers import Layers, Plain, Steerable
from homossl.layers.wrapping import Unwrapped


class Escnn(Steerable):
    """Layers of escnn, run by escnn."""

    def enter(self, body: nn.Module, field: FieldAction) -> nn.Module:
        return Unwrapped(body, to_escnn(field))


@dataclass(frozen=True)
class _BuiltOf(ImageArchitecture):
    """Another architecture, built of layers of another kind with as many channels in each."""

    of: ImageArchitecture | None = None
    """The other one."""
    kind: type[Layers] = Plain
    """The layers."""

    @property
    def strides(self) -> tuple[int, ...]:
        return self._other.strides

    def widths(self, order: int) -> tuple[int, ...]:
        return self._other.widths(order)

    def stages(self, layers: Layers, channels: int, widths: tuple[int, ...]) -> Iterable[Stage]:
        return self._other.stages(layers, channels, widths)

    def build(self, group: Group, channels: int, size: int) -> Encoder:
        self._other.check_grid(group, size)
        layers = self._other.layers(self.kind, group)
        return Encoder(self.stages(layers, channels, self.widths(layers.order)))

    @property
    def _other(self) -> ImageArchitecture:
        assert self.of is not None
        return self.of


def plain(setting: Setting) -> ImageArchitecture:
    """Plain convolutions of the same channels."""
    return _BuiltOf(of=setting.encoder, kind=Plain)


def escnn(setting: Setting) -> ImageArchitecture:
    """The same weights in escnn's own modules."""
    return _BuiltOf(of=setting.encoder, kind=Escnn)


def lowered(setting: Setting) -> ImageArchitecture:
    """The architecture as homossl builds it."""
    return setting.encoder


BUILT: dict[str, Any] = {"plain": plain, "escnn": escnn, "lowered": lowered}
TITLES = {"plain": "plain CNN", "escnn": "escnn", "lowered": "homossl, lowered"}


def network(setting: Setting, name: str) -> Encoder:
    """The encoder in one of the three ways, in training mode on the device."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        encoder = BUILT[name](setting).build(setting.group, *setting.shape[:2])
    setting.fabric.strategy.precision.convert_module(setting.fabric.to_device(encoder))
    return encoder.train()


def pass_of(setting: Setting, name: str, compiled: bool) -> Work:
    """The gradient of the mean square of the features, on a batch of noise."""
    encoder, x = network(setting, name), setting.images()

    def step(run: Any = encoder) -> None:
        encoder.zero_grad(set_to_none=True)
        with setting.fabric.autocast():
            value = run(x).float().square().mean()
        value.backward()

    fast = partial(step, _compiled(encoder)) if compiled else step
    return Work(fast, images=setting.batch, counting=step, module=encoder)


def _compiled(encoder: Encoder) -> Any:
    compiled = torch.compile(encoder)
    getLogger("torch._dynamo").setLevel(ERROR)  # escnn breaks the graph, and dynamo says so at length
    return compiled


def _arm(name: str, compiled: bool) -> Arm:
    title = TITLES[name] + ", compiled" * compiled
    return Arm(name + "-compiled" * compiled, title, ENCODER, partial(pass_of, name=name, compiled=compiled))


EAGER = tuple(_arm(name, compiled=False) for name in BUILT)
COMPILED = tuple(_arm(name, compiled=True) for name in BUILT)
