"""The elements that an audit is made at, and their products."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from groups import Element, Group
from homossl.verify.elements import elements_to_test

MOST = 16
"""Elements beyond which a sample of half as many is audited."""
SAME = 1e-4
"""Distance below which two elements are the same."""

Triple = tuple[int, int, int]
"""Places (i, j, k) among elements with g_i g_j = g_k."""


@dataclass(frozen=True, eq=False)
class Motions:
    """Elements g: (n), all those that images are moved by, (m) with m >= n, and which of these are products of two."""

    elements: Element
    everything: Element
    """The elements, and behind them the products that are looked at and are none of them."""
    triples: tuple[Triple, ...]

    @staticmethod
    def of(g: Element) -> Motions:
        """All products of two of g: (n) where they are among g again, and else each times the next.

        >>> from groups import Cyclic
        >>> len(Motions.of(Cyclic(3).elements()).triples), Motions.of(Cyclic(8).elements()[1:3]).triples
        (9, ((0, 1, 2), (1, 0, 3)))
        """
        n = len(g)
        away, index = g.group.distance((g[:, None] @ g)[..., None], g).min(-1)
        if (away < SAME).all():
            return Motions(g, g, tuple((i, j, int(index[i, j])) for i in range(n) for j in range(n)))
        products = g @ Element(g.group, g.params.roll(-1, 0))
        everything = Element(g.group, torch.cat([g.params, products.params]))
        return Motions(g, everything, tuple((i, (i + 1) % n, n + i) for i in range(n)))

    @property
    def whole(self) -> bool:
        """Whether the elements are those of a finite group, in order."""
        group = self.elements.group
        if group.order != len(self.elements):
            return False
        return torch.equal(group.index(self.elements).cpu(), torch.arange(group.order))  # type: ignore[attr-defined]


def elements_to_audit(group: Group, seed: int = 0) -> Element:
    """All elements of a group of order at most 16, sixteen of a circle, and otherwise a sample of eight."""
    g = elements_to_test(group, seed)
    if len(g) <= MOST:
        return g
    return g[torch.randperm(len(g), generator=torch.Generator().manual_seed(seed))[: MOST // 2]]
