"""Equivariance under a Lie group in its infinitesimal form, end to end and layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from groups import Action
from groups.infinitesimal import infinitesimal, push_forward
from homossl.encoders import Encoder
from homossl.evaluate import frozen

Map = Callable[[Tensor], Tensor]
Layer = tuple[str, nn.Module, Action, Action]


def lie_derivative(f: Map, source: Action, target: Action, x: Tensor, v: Tensor) -> Tensor:
    """How far f is from commuting with motions along v, (b *event) -> (b *event_out).

    L_v f(x) = Df(x) d rho_in(v) x - d rho_out(v) f(x) = d/dt [f(exp(t v) x) - exp(t v) f(x)] at t = 0

    It is zero for all v and x if and only if f is equivariant under the connected component of the group. v is one
    algebra vector (a), or one per sample (b a); it is in units of f(x) per unit of v (radian, pixel, ...). A module is
    evaluated in evaluation mode without gradients, and left as it was found; a function is called as it is. On fields
    it includes what the lattice breaks: that of a gradient filter under rotation is of second order in the cell.

    >>> from groups import SO2, Standard
    >>> rho, v = Standard(SO2()), torch.tensor([1.0])
    >>> lie_derivative(lambda x: 2 * x, rho, rho, torch.tensor([[1.0, 0.0]]), v).tolist()
    [[0.0, 0.0]]
    >>> lie_derivative(torch.square, rho, rho, torch.tensor([[1.0, 0.0]]), v).tolist()
    [[0.0, -1.0]]

    Raises:
        TypeError: source and target are not actions of one Lie group.
        ValueError: v is no algebra vector, or one of them cannot move its tensor.

    Source: Gruver et al. 2023, The Lie Derivative for Measuring Learned Equivariance (arXiv 2210.02984).
    """
    return _value_and_derivative(f, source, target, x, v)[1]


def lie_rate(f: Map, source: Action, target: Action, x: Tensor, v: Tensor) -> Tensor:
    """|L_v f(x)| / |f(x)| of each sample, (b *event) -> (b), per unit of v.

    To first order in t it is the residual of check for a small motion, |f(g x) - g f(x)| / |f(x)| = |t| |L_v f(x)| /
    |f(x)| with g = exp(t v).
    """
    return _rate(*_value_and_derivative(f, source, target, x, v))


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
        return _rate(self.output, derivative)

    def table(self) -> str:
        """One line per layer, the sum of the layers, and the end-to-end figure: means over samples, per unit of v."""
        layers = [(layer.name, _mean(layer.own), _mean(self.relative(layer.pushed))) for layer in self.layers]
        whole = [("sum of layers", self.total), ("end to end", self.derivative), ("gap", self.total - self.derivative)]
        rows = [("layer", "own", "at output"), *layers, *[(name, "", _mean(self.relative(d))) for name, d in whole]]
        width = max(len(name) for name, *_ in rows)
        return "\n".join(f"{name:<{width}}  {own:>9}  {pushed:>9}" for name, own, pushed in rows)


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
    with _as_found(model):
        output, derivative = _value_and_derivative(model, layers[0][2], layers[-1][3], x, v)
        return LieReport(tuple(_contributions(layers, x, v)), output, derivative)


def _contributions(layers: Sequence[Layer], x: Tensor, v: Tensor) -> list[LieLayer]:
    own, pushed = [], []
    for _, layer, source, target in layers:
        y, derivative = _value_and_derivative(layer, source, target, x, v)
        own.append(_rate(y, derivative))
        pushed = [*[push_forward(layer, x, tangent)[1] for tangent in pushed], derivative]
        x = y
    return [LieLayer(layer[0], rate, part) for layer, rate, part in zip(layers, own, pushed, strict=True)]


def _value_and_derivative(f: Map, source: Action, target: Action, x: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    if source.group != target.group:
        raise TypeError(f"source and target are actions of one group, got {source.group} and {target.group}")
    moved = infinitesimal(source, v, x)
    if moved.shape != x.shape:
        raise ValueError(f"v is one algebra vector (a) or one per sample (b a), got {tuple(v.shape)} for {len(x)}")
    with _as_found(f):
        y, pushed = push_forward(f, x, moved)
    return y, pushed - infinitesimal(target, v, y)


def _as_found(f: Map) -> AbstractContextManager[None]:
    return frozen(f) if isinstance(f, nn.Module) else nullcontext()  # type: ignore[arg-type]


def _stages(encoder: Encoder) -> list[Layer]:
    return [(f"stages.{i}", stage, stage.action_in, stage.action_out) for i, stage in enumerate(encoder.stages)]  # type: ignore[misc]


def _check_chain(layers: Sequence[Layer]) -> None:
    if not layers:
        raise ValueError("expected at least one layer (name, module, action_in, action_out), got none")
    for (before, _, _, given), (after, _, taken, _) in pairwise(layers):
        if given != taken:
            raise TypeError(f"layer {before!r} gives {given}, but layer {after!r} takes {taken}")


def _rate(y: Tensor, derivative: Tensor) -> Tensor:
    y, derivative = (z.flatten(1).to(torch.promote_types(z.dtype, torch.float32)) for z in (y, derivative))
    return derivative.norm(dim=1) / y.norm(dim=1).clamp_min(torch.finfo(y.dtype).tiny)


def _mean(rates: Tensor) -> str:
    return f"{rates.mean():.2e}"
