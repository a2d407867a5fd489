"""Distances on groups are left invariant."""

from __future__ import annotations

from functools import partial

from torch import Tensor

from groups import Element, Group
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.claims.group_axioms import Divided
from proofs_check.examples import GROUPS, tuples


class Multiplied(Divided):
    """A group with |a b| in the place of the distance |a^-1 b|."""

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return self.inner._compose(p, q)

    def distance(self, a: Element, b: Element) -> Tensor:
        return self.norm(a @ b)


def residual(group: Group, metric: Group) -> float:
    """How far a distance is from left invariant, over triples of elements of a group."""
    return laws.left_invariance(*(Element(metric, g.params) for g in tuples(group, 3))).item()


claim = Claim(
    title="distances are left invariant",
    statement="d(g a, g b) = d(a, b) for d(a, b) = |a⁻¹ b|: the distance of two places does not depend on who moves.",
    source="derived: |(g a)⁻¹ g b| = |a⁻¹ g⁻¹ g b| = |a⁻¹ b|",
    measured="|d(g a, g b) − d(a, b)| / |1 + d(a, b)| over all triples of elements, or a thousand drawn ones",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, group, group), partial(residual, group, Multiplied(group)), "|a b| for |a⁻¹ b|")
        for name, group in GROUPS.items()
    ),
)
