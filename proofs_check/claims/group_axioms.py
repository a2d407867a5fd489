"""Every group is one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor

from groups import Element, Group
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import GROUPS, tuples


@dataclass(frozen=True)
class Divided(Group):
    """A group whose law is spoiled, a b^-1 in the place of a b; distances stay those of the group."""

    inner: Group

    def _identity(self) -> list[float]:
        return self.inner._identity()

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return self.inner._compose(p, self.inner._inverse(q))

    def _inverse(self, p: Tensor) -> Tensor:
        return self.inner._inverse(p)

    def _norm(self, p: Tensor) -> Tensor:
        return self.inner._norm(p)

    def distance(self, a: Element, b: Element) -> Tensor:
        return self.inner.distance(Element(self.inner, a.params), Element(self.inner, b.params))

    def sample(self, *shape: int, **draw: Any) -> Element:
        return Element(self, self.inner.sample(*shape, **draw).params)

    def ball(self, radius: Any, *shape: int, **draw: Any) -> Element:
        return Element(self, self.inner.ball(radius, *shape, **draw).params)


def residual(group: Group, law: Group) -> float:
    """The worst of the axioms over triples of elements of a group, composed by a law."""
    a, b, c = (Element(law, g.params) for g in tuples(group, 3))
    return max(laws.associativity(a, b, c).item(), laws.identity(a).item(), laws.inverse(a).item())


claim = Claim(
    title="every group is a group",
    statement="(a b) c = a (b c), e a = a = a e, a⁻¹ a = e = a a⁻¹.",
    source="textbook: Serre, Linear Representations of Finite Groups, § 1.1",
    measured="the largest d(actual, expected) / (1 + |expected|) over all triples of elements, or a thousand drawn "
    "ones",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, group, group), partial(residual, group, Divided(group)), "a b⁻¹ instead of a b")
        for name, group in GROUPS.items()
    ),
)
