"""Where a correlation is highest: the element that best takes one vector to another, and all that keep a vector."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from groups.correlation.climb import climb
from groups.correlation.continuous import spectrum
from groups.correlation.finite import correlation
from groups.correlation.spectrum import Spectrum
from groups.element import Element


@torch.no_grad()
def best(rho: Any, left: Tensor, right: Tensor, *, starts: int = 8) -> tuple[Element, Tensor]:
    """The g where s(g) = <rho(g) left, right> is highest, (*batch), and s(g), without gradients: (*batch *event) twice.

    Over a finite group every element is tried; over SO(2) and SO(3) see `peak`, and `spectrum` for its errors.

    >>> from groups import SO3, Standard
    >>> x, y, _ = torch.eye(3)
    >>> g, value = best(Standard(SO3()), x, y)
    >>> round(value.item(), 6), [round(v, 3) for v in Standard(SO3())(g, x).tolist()]
    (1.0, [0.0, 1.0, 0.0])
    """
    if rho.group.order is None:
        return peak(spectrum(rho, left, right), starts=starts)
    value, index = correlation(rho, left, right).max(-1)
    return rho.group.elements(device=left.device)[index], value


@torch.no_grad()
def peak(s: Spectrum, *, starts: int = 8) -> tuple[Element, Tensor]:
    """The element where s is highest, and the value there, (*batch) each: by Newton's method from the best of a grid.

    Several of the grid's elements are started from, as the highest of them need not lie beneath the highest peak.
    """
    grid = s.grid(8 * s.degree)
    index = grid.values.topk(min(starts, grid.values.shape[-1]), dim=-1).indices
    tops, values = climb(_unsqueezed(s), grid.elements[index])
    first = values.argmax(-1, keepdim=True)
    params = tops.params.gather(-2, first[..., None].expand(*first.shape, tops.params.shape[-1]))
    return Element(s.group, params[..., 0, :]), values.gather(-1, first)[..., 0]


@torch.no_grad()
def peaks(s: Spectrum, tolerance: float = 1e-6) -> tuple[Element, Tensor]:
    """All maxima of one s that miss the highest by a share of its height at the most, the highest first, (k) each.

    Heights are above the mean of s. A ridge, such as that of a vector that a whole circle of rotations keeps, gives
    some of its elements, spread over it.

    Raises:
        ValueError: s is a batch.
    """
    if s.coefficients.dim() != 1:
        raise ValueError(f"peaks are found of one function, got a batch {tuple(s.coefficients.shape[:-1])} of them")
    grid = s.grid(4 * s.degree)
    mean = (grid.weights * grid.values).sum()
    high = grid.values >= mean + (0.9 - tolerance) / 2 * (grid.values.amax() - mean)
    g, values = climb(_unsqueezed(s), grid.elements[high])
    top = _near_top(values, mean, tolerance)
    return _distinct(g[top], values[top], 0.5 / max(1, s.degree))


def symmetries(rho: Any, x: Tensor, tolerance: float = 1e-6) -> Element:
    """The elements that keep a vector x, (k), the identity first: where s(g) = <rho(g) x, x> is highest.

    The tolerance is the share of the height of s above its mean that may be missed.

    Raises:
        ValueError: they are no finite group: every element keeps x, or a whole circle of them does; or the tolerance
            lets in too many or too few.
    """
    if rho.group.order is not None:
        s = correlation(rho, x, x)
        return rho.group.elements(device=x.device)[_near_top(s, s.mean(), tolerance)]
    s = spectrum(rho, x, x)
    found, _ = peaks(s, tolerance)
    found = found[rho.group.norm(found).argsort()]
    if not _is_group(found, max(1, s.degree)):
        kept = f"{len(found)} or more elements keep x to within {tolerance:g} of the height"
        raise ValueError(f"expected symmetries that are a finite group, but {kept}, and they are none")
    return found


def coset_distance(g: Element, h: Element, stabiliser: Element) -> Tensor:
    """The least distance of g from h k, for k: (n) the symmetries of what is moved, (*batch)."""
    return g.group.distance(g[..., None], h[..., None] @ stabiliser).amin(-1)


def _near_top(values: Tensor, mean: Tensor, tolerance: float) -> Tensor:
    rounding = 100 * torch.finfo(values.dtype).eps * values.abs().amax()
    return values >= values.amax() - tolerance * (values.amax() - mean) - rounding


def _distinct(g: Element, values: Tensor, apart: float) -> tuple[Element, Tensor]:
    """The highest of elements that lie together."""
    order, kept = values.argsort(descending=True), []
    g, values = g[order], values[order]
    left = torch.ones_like(values, dtype=torch.bool)
    while left.any():
        i = int(left.int().argmax())
        kept.append(i)
        left &= g.group.distance(g[i], g) > apart
    return g[kept], values[kept]


def _is_group(found: Element, degree: int) -> bool:
    """Whether elements, the identity first, look like a finite group that functions of a degree can tell.

    Its turns are by 2 pi / n with n at most the degree, or it is one of 60 rotations at most; so its elements lie well
    apart, and products of them are among them.
    """
    if len(found) > max(60, 2 * degree) or (found.group.norm(found[1:]) < 3 / degree).any():
        return False
    products = (found[:, None] @ found)[..., None]
    return bool(found.group.distance(products, found).amin(-1).amax() < 1 / degree)


def _unsqueezed(s: Spectrum) -> Spectrum:
    return replace(s, coefficients=s.coefficients[..., None, :])
