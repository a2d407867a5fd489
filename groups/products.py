"""Direct and semidirect products; wallpaper groups are expressions: p4 = SemidirectProduct(Torus(n, n), Cyclic(4))."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Unpack

import torch
from torch import Tensor

from groups.element import Element
from groups.group import FiniteGroup, Group
from groups.sampling import Radius, Sampling

Automorphism = Callable[[Element, Element], Element]


@dataclass(frozen=True)
class Product(Group):
    """Pairs (a, b) of two groups, params concatenated; what direct and semidirect products share."""

    first: Group
    """The left factor; N of N x| H."""
    second: Group
    """The right factor; H of N x| H."""

    @property
    def order(self) -> int | None:
        orders = self.first.order, self.second.order
        return None if None in orders else orders[0] * orders[1]  # type: ignore[operator]

    def elements(self, *, device: Any = None) -> Element:
        """Every element once, the second factor running fastest.

        Raises:
            TypeError: a factor is infinite.
        """
        first, second = (factor.elements(device=device) for factor in self._finite())
        return self.pair(first[:, None], second[None]).reshape(-1)

    def index(self, a: Element) -> Tensor:
        """The position of each element in elements(), int64 (*batch)."""
        (one, two), (first, second) = self._finite(), self.split(a)
        return one.index(first) * two.order + two.index(second)

    def pair(self, a: Element, b: Element) -> Element:
        """The element (a, b)."""
        return Element(self, self._join(a.params, b.params))

    def split(self, g: Element) -> tuple[Element, Element]:
        """The two factors of each element."""
        self._check(g)
        return self._first(g.params), self._second(g.params)

    def _finite(self) -> tuple[FiniteGroup, FiniteGroup]:
        if self.order is None:
            raise TypeError(f"{self} is infinite: its elements cannot be listed")
        return self.first, self.second  # type: ignore[return-value]

    def _identity(self) -> list[float]:
        return [*self.first._identity(), *self.second._identity()]

    def _dtype(self, params: Any) -> torch.dtype:
        return torch.promote_types(self.first._dtype(params), self.second._dtype(params))

    def _norm(self, p: Tensor) -> Tensor:
        return torch.stack([g.group.norm(g) for g in (self._first(p), self._second(p))], dim=-1).norm(dim=-1)

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        draws = [f.sample(*shape, **draw) for f in (self.first, self.second)]
        return self.pair(*draws)

    def ball(self, radius: Radius, *shape: int, **draw: Unpack[Sampling]) -> Element:
        if not isinstance(radius, tuple) or len(radius) != 2:
            raise ValueError(f"a ball of {self} has a radius for each of its two factors, got {radius}")
        factors = zip((self.first, self.second), radius, strict=True)
        return self.pair(*[f.ball(r, *shape, **draw) for f, r in factors])

    def _first(self, p: Tensor) -> Element:
        return Element(self.first, p[..., : self.first.param_dim])

    def _second(self, p: Tensor) -> Element:
        return Element(self.second, p[..., self.first.param_dim :])

    def _join(self, p: Tensor, q: Tensor) -> Tensor:
        shape = torch.broadcast_shapes(p.shape[:-1], q.shape[:-1])
        return torch.cat([p.expand(*shape, -1), q.expand(*shape, -1)], dim=-1)


@dataclass(frozen=True)
class DirectProduct(Product):
    """G x H: (a, b) (c, d) = (a c, b d)."""

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        first, second = self._first(p) @ self._first(q), self._second(p) @ self._second(q)
        return self._join(first.params, second.params)

    def _inverse(self, p: Tensor) -> Tensor:
        return self._join((~self._first(p)).params, (~self._second(p)).params)


@dataclass(frozen=True)
class SemidirectProduct(Product):
    """N x| H: (n, h) (m, k) = (n h.m, h k), where h.m is the automorphism by which H moves N.

    By default H moves N as it moves the plane: shifts are turned and mirrored.

    >>> from groups import Cyclic, Torus
    >>> SemidirectProduct(Torus(5, 5), Cyclic(4)).order
    100

    Raises:
        TypeError: no automorphism is given and H does not move the shifts in N, as a C_8 does not move a grid.
    """

    automorphism: Automorphism | None = None
    """The map (h, n) -> h.n; None moves N as H moves the plane."""

    def __post_init__(self) -> None:
        if self.automorphism is None:
            from groups.lattice import require_turns_shifts

            require_turns_shifts(self.second, self.first)

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        h = self._second(p)
        moved = self._first(p) @ self.conjugate(h, self._first(q))
        return self._join(moved.params, (h @ self._second(q)).params)

    def _inverse(self, p: Tensor) -> Tensor:
        h = ~self._second(p)
        return self._join(self.conjugate(h, ~self._first(p)).params, h.params)

    def conjugate(self, h: Element, n: Element) -> Element:
        """The automorphism by which H moves N, h.n = h n h^-1."""
        if self.automorphism is not None:
            return self.automorphism(h, n)
        from groups.lattice import turn_shift

        return turn_shift(h, n)
