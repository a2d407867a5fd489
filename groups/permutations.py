"""Permutations of points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Unpack

import torch
from torch import Tensor

from groups.element import Element
from groups.group import Group
from groups.sampling import Radius, Sampling, device_of


@dataclass(frozen=True)
class Symmetric(Group):
    """S_n, the permutations of n points, params (p_0, ..., p_(n-1)), integers: point i goes to place p_i.

    The norm is the number of points that move. There are n! elements; they are listed up to n = 8.

    >>> g, h = Symmetric(3).element([1, 2, 0]), Symmetric(3).element([1, 0, 2])
    >>> (g @ h).params.tolist()
    [2, 1, 0]

    Raises:
        ValueError: n < 1.
    """

    n: int
    """Number of points."""

    def __post_init__(self) -> None:
        if type(self.n) is not int or self.n < 1:
            raise ValueError(f"Symmetric needs a whole n >= 1, got {self.n}")

    @property
    def order(self) -> int:
        return math.factorial(self.n)

    def elements(self, *, device: Any = None) -> Element:
        """Every element once, batch shape (n!), in lexical order.

        Raises:
            ValueError: there are too many, n > 8.
        """
        if self.n > 8:
            raise ValueError(f"{self} has {self.n}! elements, which are not listed: sample them")
        return self.element(torch.tensor(list(permutations(range(self.n))), device=device))

    def index(self, a: Element) -> Tensor:
        """The position of each element in elements(), int64 (*batch): the digits of its Lehmer code."""
        self._check(a)
        later = a.params[..., None, :] < a.params[..., :, None]
        weights = [math.factorial(self.n - 1 - i) for i in range(self.n)]
        return (later.triu(1).sum(-1) * torch.tensor(weights, device=a.device)).sum(-1)

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        return self._placed(_shuffled(shape, self.n, draw), draw)

    def ball(self, radius: Radius, *shape: int, **draw: Unpack[Sampling]) -> Element:
        if isinstance(radius, tuple):
            raise ValueError(f"the radius of a ball of {self} is one number, got {radius}")
        moved = self._counts_moved(math.floor(radius), shape, draw)
        chosen = _shuffled(shape, self.n, draw)
        return self._placed(_conjugated(chosen, _deranged(moved, self.n, draw)), draw)

    def _counts_moved(self, most: int, shape: tuple[int, ...], draw: Sampling) -> Tensor:
        """How many points move, with the odds of a uniform element of the ball, (*shape)."""
        odds = torch.tensor(_moving(self.n)[: max(most, 0) + 1], dtype=torch.float64, device=device_of(draw))
        u = torch.rand(shape, generator=draw.get("generator"), device=odds.device, dtype=odds.dtype)
        return torch.searchsorted((odds / odds.sum()).cumsum(0)[:-1].contiguous(), u)

    def _placed(self, p: Tensor, draw: Sampling) -> Element:
        return Element(self, p.to(draw.get("dtype") or torch.int64))

    def _identity(self) -> list[float]:
        return list(range(self.n))

    def _dtype(self, params: Sequence[float] | Tensor) -> torch.dtype:
        return params.dtype if isinstance(params, Tensor) else torch.int64

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        p, q = torch.broadcast_tensors(p, q)
        return p.gather(-1, q.long())

    def _inverse(self, p: Tensor) -> Tensor:
        return p.argsort(-1).to(p.dtype)

    def _norm(self, p: Tensor) -> Tensor:
        return (p != torch.arange(self.n, device=p.device)).sum(-1).to(torch.get_default_dtype())


def _shuffled(shape: tuple[int, ...], n: int, draw: Sampling) -> Tensor:
    return torch.rand((*shape, n), generator=draw.get("generator"), device=device_of(draw)).argsort(-1)


def _conjugated(s: Tensor, p: Tensor) -> Tensor:
    """s p s^-1."""
    return s.gather(-1, p.gather(-1, s.argsort(-1)))


def _deranged(moved: Tensor, n: int, draw: Sampling) -> Tensor:
    """Permutations, uniform among those that move each of the first points, (*batch) -> (*batch n), and no other."""
    places = torch.arange(n, device=moved.device)
    first = places < moved[..., None]
    p = places.expand(first.shape)
    while (again := (first & (p == places)).any(-1)).any():
        keys = torch.rand(first.shape, generator=draw.get("generator"), device=moved.device)
        p = torch.where(again[..., None], keys.masked_fill(~first, 2.0).argsort(dim=-1, stable=True), p)
    return p


def _moving(n: int) -> list[float]:
    """The share of all permutations that move m of n points, D_m / (m! (n - m)!), for m = 0, ..., n."""
    deranged = [sum((-1) ** k / math.factorial(k) for k in range(m + 1)) for m in range(n + 1)]
    return [d / math.factorial(n - m) for m, d in enumerate(deranged)]
