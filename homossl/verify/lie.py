"""Equivariance under a Lie group in its infinitesimal form."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from groups import Action
from groups.infinitesimal import infinitesimal, push_forward
from groups.precision import full_precision
from homossl.evaluate import frozen

Map = Callable[[Tensor], Tensor]


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
    return value_and_derivative(f, source, target, x, v)[1]


def lie_rate(f: Map, source: Action, target: Action, x: Tensor, v: Tensor) -> Tensor:
    """|L_v f(x)| / |f(x)| of each sample, (b *event) -> (b), per unit of v.

    To first order in t it is the residual of check for a small motion, |f(g x) - g f(x)| / |f(x)| = |t| |L_v f(x)| /
    |f(x)| with g = exp(t v).
    """
    return relative_rate(*value_and_derivative(f, source, target, x, v))


def value_and_derivative(f: Map, source: Action, target: Action, x: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """f(x) and L_v f(x); see `lie_derivative`."""
    if source.group != target.group:
        raise TypeError(f"source and target are actions of one group, got {source.group} and {target.group}")
    moved = infinitesimal(source, v, x)
    if moved.shape != x.shape:
        raise ValueError(f"v is one algebra vector (a) or one per sample (b a), got {tuple(v.shape)} for {len(x)}")
    with as_found(f):
        y, pushed = push_forward(f, x, moved)
    return y, pushed - infinitesimal(target, v, y)


def as_found(f: Map) -> AbstractContextManager[None]:
    """A block in which a module is in evaluation mode and has no gradients; a function is left alone."""
    return frozen(f) if isinstance(f, nn.Module) else nullcontext()  # type: ignore[arg-type]


def relative_rate(y: Tensor, derivative: Tensor) -> Tensor:
    """|derivative| / |y| of each sample, (b *event) each -> (b)."""
    y, derivative = (full_precision(z.flatten(1)) for z in (y, derivative))
    return derivative.norm(dim=1) / y.norm(dim=1).clamp_min(torch.finfo(y.dtype).tiny)
