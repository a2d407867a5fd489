"""The correlation of two vectors over a finite group, by FFT where there is one and element by element elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from groups.action import Action
from groups.correlation.cosets import Plan, plan
from groups.correlation.dense import by_elements
from groups.correlation.precision import full_precision
from groups.element import Element
from groups.representation import Representation

BLOCK = 2**19
"""Numbers of each of two blocks."""

Method = Literal["auto", "fft", "dense"]
"""How a correlation is computed; the values are the same."""


def correlation(
    rho: Action, left: Tensor, right: Tensor, *, method: Method = "auto", chunk: int | None = None
) -> Tensor:
    """s(g) = <rho(g) left, right> for every g of rho.group.elements(): (*batch *event) twice -> (*batch |G|).

    "fft" runs along the cyclic axes of the group, for regular representations, irreps and fields over a torus; "dense"
    moves left by every element; "auto" is "fft" where there is one. A chunk is how many vectors (fft) or elements
    (dense) are treated at a time: what lies between is forgotten, and computed again in the backward pass.
    Half precision is computed and returned in float32, whatever autocast says.

    >>> from groups import Cyclic, Regular
    >>> x = torch.tensor([1.0, 0.0, 0.0, 0.0])
    >>> correlation(Regular(Cyclic(4)), x, x.roll(3)).argmax().item()
    3

    Raises:
        TypeError: the group is infinite, or the method is "fft" and there is none.
        ValueError: left and right differ in shape, a chunk < 1, or there is no such method.
    """
    if left.shape != right.shape:
        raise ValueError(f"left and right have one shape, got {tuple(left.shape)} and {tuple(right.shape)}")
    _check(rho, left, method, chunk)
    batch = left.shape[: left.dim() - rho.event_dim]
    left, right = (x.reshape(batch.numel(), *x.shape[len(batch) :]) for x in (left, right))
    s = _correlate(rho, left, right, False, method, chunk)
    return s.reshape(*batch, s.shape[-1])


def pairwise(rho: Action, left: Tensor, right: Tensor, *, method: Method = "auto", chunk: int | None = None) -> Tensor:
    """s_ij(g) = <rho(g) left_i, right_j>, every left with every right: (b *event), (c *event) -> (b c |G|).

    By FFT it is one complex matrix product per frequency. Method, chunk and errors are those of `correlation`.
    """
    if left.dim() != rho.event_dim + 1 or left.shape[1:] != right.shape[1:]:
        got = f"{tuple(left.shape)} and {tuple(right.shape)}"
        raise ValueError(f"left (b *event) and right (c *event) have {rho.event_dim} event axes alike, got {got}")
    _check(rho, left, method, chunk)
    return _correlate(rho, left, right, True, method, chunk)


def _check(rho: Action, left: Tensor, method: Method, chunk: int | None) -> None:
    if rho.group.order is None:
        raise TypeError(f"{rho.group} is infinite: its correlation is a spectrum, see groups.correlation.spectrum")
    if method not in get_args(Method):
        raise ValueError(f"method is one of {get_args(Method)}, got {method!r}")
    if chunk is not None and chunk < 1:
        raise ValueError(f"a chunk is None or a number >= 1, got {chunk}")
    rho.check(rho.group.identity(device=left.device), left)
    if isinstance(rho, Representation) and left.shape[-1] != rho.dim:
        raise ValueError(f"{rho} acts on vectors of dimension {rho.dim}, got {tuple(left.shape)}")


def _correlate(rho: Action, left: Tensor, right: Tensor, pairs: bool, method: Method, chunk: int | None) -> Tensor:
    left, right = full_precision(left, right)
    fast = _fast(rho, method)
    with torch.autocast(left.device.type, enabled=False):
        if fast is None:
            return _dense(rho, left, right, pairs, chunk)
        if pairs:
            return _in_chunks(lambda x: fast.correlate(x, right, pairs), chunk, left)
        if chunk is None and left.device.type == "cpu":
            return _in_blocks(fast.correlate, left, right)
        return _in_chunks(fast.correlate, chunk, left, right)


def _fast(rho: Action, method: Method) -> Plan | None:
    found = None if method == "dense" else plan(rho)
    if found is None and method == "fft":
        raise TypeError(f"there is no FFT for {rho}: use method 'dense' or 'auto'")
    return found


def _dense(rho: Action, left: Tensor, right: Tensor, pairs: bool, chunk: int | None) -> Tensor:
    group: Any = rho.group
    digits = group.elements(device=left.device).params
    return _in_chunks(lambda p: by_elements(rho, Element(group, p), left, right, pairs), chunk, digits).movedim(0, -1)


def _in_blocks(f: Callable[..., Tensor], left: Tensor, right: Tensor) -> Tensor:
    """Rows in blocks that a processor's cache holds: large Fourier transforms are several times faster so."""
    rows = max(1, BLOCK // left.shape[1:].numel())
    parts = zip(left.split(rows), right.split(rows), strict=True)
    return torch.cat([f(*part) for part in parts])


def _in_chunks(f: Callable[..., Tensor], chunk: int | None, *rows: Tensor) -> Tensor:
    if chunk is None:
        return f(*rows)
    parts = zip(*(x.split(chunk) for x in rows), strict=True)
    return torch.cat([checkpoint(f, *part, use_reentrant=False, preserve_rng_state=False) for part in parts])  # type: ignore[arg-type]
