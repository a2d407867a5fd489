"""The infinitesimal form of an action, and forward-mode differentiation."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import lru_cache, singledispatch

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd import forward_ad

from groups.action import Action
from groups.element import Element
from groups.field import FieldAction
from groups.homomorphism import PulledAction
from groups.lie import LieGroup
from groups.plane import affine
from groups.warp import Padding, source_points

Curve = Callable[[Tensor], Element]
BEYOND = {"zeros": "constant", "border": "replicate", "circular": "circular"}


def infinitesimal(action: Action, v: Tensor, x: Tensor) -> Tensor:
    """How x starts to move along an algebra vector, d rho(v) x = d/dt rho(exp(t v)) x at t = 0, shaped as x.

    v: (*batch algebra_dim), x: (*batch *event), batches broadcast; in units of x per unit of v (radian, pixel, ...).
    A field moves by

        [d rho(v) f](u) = d rho_fibre(v) f(u) - grad f(u) . A_v u,   A_v u = d/dt exp(t v) u at t = 0,

    with central differences for grad f, the mean of the slopes of bilinear interpolation on either side of a pixel.
    Any other action is differentiated through exp, and so must not round its elements.

    >>> from groups import SO2, Irrep
    >>> infinitesimal(Irrep(SO2(), 2), torch.tensor([1.0]), torch.tensor([1.0, 0.0])).tolist()
    [0.0, 2.0]

    Raises:
        TypeError: the group of the action has no Lie algebra.
        ValueError: v is no algebra vector, or x cannot be moved.
    """
    group = lie_group(action)
    action.check(group.exp(v), x)
    return _infinitesimal(action, lambda t: group.exp(t * v), x)


def push_forward(f: Callable[[Tensor], Tensor], x: Tensor, tangent: Tensor) -> tuple[Tensor, Tensor]:
    """The value f(x) and its derivative along a tangent of x, Df(x) tangent, in forward mode; x is copied first.

    Raises:
        ValueError: the tangent is not shaped as x.
    """
    if tangent.shape != x.shape:
        raise ValueError(f"expected a tangent of shape {tuple(x.shape)}, got {tuple(tangent.shape)}")
    _load_forward_mode()
    # Not torch.func.jvp, which turns every tensor made inside f into a wrapper: escnn and e3nn reach for NumPy.
    with forward_ad.dual_level():
        y, pushed = forward_ad.unpack_dual(f(forward_ad.make_dual(x.clone(), tangent)))
    return y, torch.zeros_like(y) if pushed is None else pushed


def lie_group(action: Action) -> LieGroup:
    """The group of an action, if it is a Lie group.

    Raises:
        TypeError: it is not.
    """
    if isinstance(action.group, LieGroup):
        return action.group
    raise TypeError(
        f"{action.group} has no Lie algebra: expected an action of a Lie group such as SO2() or SE2(), got {action}; "
        "a network of C_n can be held against actions of SO2() where its fibres are Trivial, Irrep or a Pullback"
    )


@singledispatch
def _infinitesimal(action: Action, curve: Curve, x: Tensor) -> Tensor:
    return _velocity(lambda t: action(curve(t), x), x)


@_infinitesimal.register
def _(action: PulledAction, curve: Curve, x: Tensor) -> Tensor:
    return _infinitesimal(action.inner, lambda t: action.phi(curve(t)), x)


@_infinitesimal.register
def _(action: FieldAction, curve: Curve, x: Tensor) -> Tensor:
    precision = torch.promote_types(x.dtype, torch.float32)

    def sources(t: Tensor) -> Tensor:
        return source_points(action.on_grid(affine(~curve(t), precision)), x.shape[-2], x.shape[-1])

    rows, columns = _velocity(sources, x).unbind(-1)
    down, right = _slopes(x, action.padding)
    moved = rows[..., None, :, :] * down + columns[..., None, :, :] * right
    return moved.to(x.dtype) + _velocity(lambda t: action._move_fibres(curve(t), x), x)


def _slopes(x: Tensor, padding: Padding) -> tuple[Tensor, Tensor]:
    """Central differences of a field (*batch c h w), down its rows and right along its columns."""
    flat = F.pad(x.reshape(-1, *x.shape[-3:]), (1, 1, 1, 1), mode=BEYOND[padding])
    padded = flat.reshape(*x.shape[:-2], *flat.shape[-2:])
    down = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
    right = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    return down / 2, right / 2


def _velocity(f: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:
    """d/dt f(t) at t = 0."""
    zero = like.new_zeros(())
    return push_forward(f, zero, torch.ones_like(zero))[1]


@lru_cache(maxsize=1)
def _load_forward_mode() -> None:
    # On its first use in a process torch compiles TorchScript, and warns that it should not.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.jit")
        with forward_ad.dual_level():
            forward_ad.make_dual(torch.zeros(()), torch.zeros(()))
