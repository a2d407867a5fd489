"""The Lie derivative of a network, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from groups import Action
from groups.infinitesimal import push_forward
from homossl.encoders import Encoder
from homossl.report.text import aligned
from homossl.verify.lie import as_found, relative_rate, value_and_derivative

Layer = tuple[str, nn.Module, Action, Action]
"""Name, module, action_in, action_out."""


@dataclass(frozen=True, eq=False)
class LieLayer:
    """What one layer f_l makes of its own input x_l, and what of it reaches the output of f = f_n ... f_1."""

    name: str
    own: Tensor
    """|L_v f_l(x_l)| / |f_l(x_l)|, (b)."""
    pushed: Tensor
    """D(f_n ... f_(l+1)) L_v f_l(x_l), (b *event_out)."""


@dataclass(frozen=True, eq=False)
class LieReport:
    """The Lie derivative of a model and the parts of it that are due to each layer, which sum to it."""

    layers: tuple[LieLayer, ...]
    output: Tensor
    """f(x), (b *event_out)."""
    derivative: Tensor
    """L_v f(x) end to end, (b *event_out)."""

    @property
    def rate(self) -> Tensor:
        """|L_v f(x)| / |f(x)| end to end, (b)."""
        return self.relative(self.derivative)

    @property
    def total(self) -> Tensor:
        """The sum of what reaches the output from each layer, (b *event_out); in exact arithmetic the derivative."""
        return torch.stack([layer.pushed for layer in self.layers]).sum(0)

    def relative(self, derivative: Tensor) -> Tensor:
        """The norm of a part of the derivative (b *event_out) relative to |f(x)|, (b)."""
        return relative_rate(self.output, derivative)

    def table(self) -> str:
        """One line per layer, the sum of the layers, and the end-to-end figure: means over samples, per unit of v."""
        layers = [(layer.name, _mean(layer.own), _mean(self.relative(layer.pushed))) for layer in self.layers]
        whole = {"sum of layers": self.total, "end to end": self.derivative, "gap": self.total - self.derivative}
        sums = [(name, "", _mean(self.relative(part))) for name, part in whole.items()]
        return aligned(("layer", "own", "at output"), [*layers, *sums])

    def to_dict(self) -> dict[str, Any]:
        """The means over samples, per unit of v, ready for JSON."""
        figures = [(layer.name, layer.own, self.relative(layer.pushed)) for layer in self.layers]
        layers = [{"name": name, "own": a.mean().item(), "at output": b.mean().item()} for name, a, b in figures]
        return {"layers": layers, "end to end": self.rate.mean().item()}


def lie_by_layer(layers: Sequence[Layer] | Encoder, x: Tensor, v: Tensor) -> LieReport:
    """The Lie derivative of f = f_n ... f_1 as the sum of what each layer adds to it.

    L_v f(x) = sum over l of D(f_n ... f_(l+1)) L_v f_l(x_l),   x_l = f_(l-1) ... f_1(x)

    The layers are (name, module, action_in, action_out), or those of an Encoder; the end-to-end figure is computed by
    itself. The modules are left as they were found.

    Raises:
        TypeError: the actions are not those of one Lie group, or a layer does not take what the one before it gives.
        ValueError: there are no layers, or v is no algebra vector.
    """
    layers = _stages(layers) if isinstance(layers, Encoder) else list(layers)
    _check_chain(layers)
    model = nn.Sequential(*[module for _, module, _, _ in layers])
    with as_found(model):
        output, derivative = value_and_derivative(model, layers[0][2], layers[-1][3], x, v)
        return LieReport(tuple(_contributions(layers, x, v)), output, derivative)


def _contributions(layers: Sequence[Layer], x: Tensor, v: Tensor) -> list[LieLayer]:
    own, pushed = [], []
    for _, layer, source, target in layers:
        y, derivative = value_and_derivative(layer, source, target, x, v)
        own.append(relative_rate(y, derivative))
        pushed = [*[push_forward(layer, x, tangent)[1] for tangent in pushed], derivative]
        x = y
    return [LieLayer(layer[0], rate, part) for layer, rate, part in zip(layers, own, pushed, strict=True)]


def _stages(encoder: Encoder) -> list[Layer]:
    return [(f"stages.{i}", stage, stage.action_in, stage.action_out) for i, stage in enumerate(encoder.stages)]  # type: ignore[misc]


def _check_chain(layers: Sequence[Layer]) -> None:
    if not layers:
        raise ValueError("expected at least one layer (name, module, action_in, action_out), got none")
    for (before, _, _, given), (after, _, taken, _) in pairwise(layers):
        if given != taken:
            raise TypeError(f"layer {before!r} gives {given}, but layer {after!r} takes {taken}")


def _mean(rates: Tensor) -> str:
    return f"{rates.mean():.2e}"
