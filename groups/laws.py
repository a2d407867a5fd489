"""Each law of groups and their actions as a residual, zero if and only if it holds, relative to what it compares."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from groups.action import Action
from groups.element import Element
from groups.group import FiniteGroup, Group
from groups.homomorphism import Homomorphism
from groups.lie import LieGroup
from groups.products import SemidirectProduct
from groups.representation import Representation


def relative_error(actual: Tensor, expected: Tensor) -> Tensor:
    """|actual - expected| / |expected|, over all axes; zero where both are zero.

    Raises:
        ValueError: the shapes differ, so that broadcasting would hide an error.
    """
    if actual.shape != expected.shape:
        raise ValueError(f"expected shape {tuple(expected.shape)}, got {tuple(actual.shape)}")
    tiny = torch.finfo(expected.dtype).tiny
    return (actual - expected).norm() / expected.norm().clamp_min(tiny)


def apart(a: Element, b: Element) -> Tensor:
    """d(a, b) / (1 + |b|), the worst of the batch: rounding grows with the size of an element.

    The distance is the group's own, by its product and its inverse, which may be what is wrong: elements of a finite
    group with other digits are at least 1 apart.
    """
    worst = (a.group.distance(a, b) / (1 + b.group.norm(b))).amax()
    if isinstance(a.group, FiniteGroup):
        return torch.maximum(worst, (a.params != b.params).any().to(worst))
    return worst


def associativity(a: Element, b: Element, c: Element) -> Tensor:
    """(a b) c = a (b c)."""
    return apart((a @ b) @ c, a @ (b @ c))


def identity(a: Element) -> Tensor:
    """e a = a = a e."""
    e = _identity_like(a)
    return torch.maximum(apart(e @ a, a), apart(a @ e, a))


def inverse(a: Element) -> Tensor:
    """a^-1 a = e = a a^-1."""
    e = _identity_like(a)
    return torch.maximum(apart(~a @ a, e), apart(a @ ~a, e))


def left_invariance(g: Element, a: Element, b: Element) -> Tensor:
    """d(g a, g b) = d(a, b)."""
    moved = g.group.distance(g @ a, g @ b)
    return relative_error(1 + moved, (1 + g.group.distance(a, b)).expand_as(moved))


def log_of_exp(group: LieGroup, v: Tensor) -> Tensor:
    """log(exp v) = v, as |log(exp v) - v| / (1 + |v|), for v: (*batch algebra_dim) where exp is injective."""
    return ((group.log(group.exp(v)) - v).norm(dim=-1) / (1 + v.norm(dim=-1))).amax()


def exp_of_log(a: Element) -> Tensor:
    """exp(log a) = a, in a Lie group."""
    group = _lie(a.group)
    return apart(group.exp(group.log(a)), a)


def automorphism(group: SemidirectProduct, h: Element, k: Element, n: Element, m: Element) -> Tensor:
    """h.(n m) = (h.n) (h.m) and (h k).n = h.(k.n), for h, k of the second factor and n, m of the first."""
    move = group.conjugate
    preserves = apart(move(h, n @ m), move(h, n) @ move(h, m))
    return torch.maximum(preserves, apart(move(h @ k, n), move(h, move(k, n))))


def homomorphism(phi: Homomorphism, g: Element, h: Element) -> Tensor:
    """phi(g h) = phi(g) phi(h)."""
    return apart(phi(g @ h), phi(g) @ phi(h))


def action_identity(action: Action, x: Tensor) -> Tensor:
    """e x = x."""
    e = action.group.identity(device=x.device, dtype=x.dtype if action.group.order is None else None)
    return relative_error(action(e, x), x)


def action_composition(action: Action, g: Element, h: Element, x: Tensor) -> Tensor:
    """(g h) x = g (h x)."""
    return relative_error(action(g @ h, x), action(g, action(h, x)))


def representation_identity(rho: Representation, dtype: torch.dtype = torch.float64) -> Tensor:
    """rho(e) = I."""
    return relative_error(rho.matrix(rho.group.identity(), dtype=dtype), torch.eye(rho.dim, dtype=dtype))


def representation_homomorphism(
    rho: Representation, g: Element, h: Element, dtype: torch.dtype | None = None
) -> Tensor:
    """rho(g h) = rho(g) rho(h)."""
    return relative_error(rho.matrix(g @ h, dtype=dtype), rho.matrix(g, dtype=dtype) @ rho.matrix(h, dtype=dtype))


def matrix_is_action(rho: Representation, g: Element, x: Tensor) -> Tensor:
    """The action on x: (*batch dim) is multiplication by rho(g)."""
    return relative_error(rho(g, x), (rho.matrix(g, dtype=x.dtype) @ x[..., None])[..., 0])


def equivariance(f: Callable[[Tensor], Tensor], action_in: Action, action_out: Action, g: Element, x: Tensor) -> Tensor:
    """f(g x) = g f(x), as |f(g x) - g f(x)| / |g f(x)|."""
    return relative_error(f(action_in(g, x)), action_out(g, f(x)))


def _identity_like(a: Element) -> Element:
    return a.group.identity(*a.shape, device=a.device, dtype=a.params.dtype)


def _lie(group: Group) -> LieGroup:
    if not isinstance(group, LieGroup):
        raise TypeError(f"expected a Lie group with exp and log, got {group}")
    return group
