"""In a semidirect product the second factor moves the first by automorphisms."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from groups import Element, SemidirectProduct
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import SEMIDIRECT, tuples


def residual(group: SemidirectProduct) -> float:
    """How far the second factor is from moving the first by automorphisms, over pairs of each."""
    h, k = tuples(group.second, 2)
    n, m = tuples(group.first, 2)
    return laws.automorphism(group, h[:, None], k[:, None], n, m).item()


def pushed(h: Element, n: Element) -> Element:
    """n^2, whatever h is: it preserves products of shifts, but the identity of H moves something."""
    return n @ n


claim = Claim(
    title="semidirect products are built on automorphisms",
    statement="h·(n m) = (h·n)(h·m) and (h k)·n = h·(k·n) in N ⋊ H: shifts turn as the plane does.",
    source="textbook: Serre, Linear Representations of Finite Groups, § 8.2",
    measured="the larger of both, d(actual, expected) / (1 + |expected|), over pairs (h, k) and (n, m)",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, group), partial(residual, replace(group, automorphism=pushed)), "h·n = n²")
        for name, group in SEMIDIRECT.items()
    ),
)
