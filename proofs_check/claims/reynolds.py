"""The mean of a representation over its group projects onto the fixed vectors."""

from __future__ import annotations

from functools import partial

from groups import SO3, Irrep, Representation, Standard
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.haar import haar
from proofs_check.representations import COMPACT, REPRESENTATIONS

MEANS: dict[str, Representation] = {
    **{name: rho for name, rho in REPRESENTATIONS.items() if rho.group in COMPACT.values()},
    "D4, Standard (x) Standard": Standard(COMPACT["D4"]) * Standard(COMPACT["D4"]),
    "O(2), Irrep 2 (x) Irrep 2": Irrep(COMPACT["O(2)"], 1, 2) * Irrep(COMPACT["O(2)"], 1, 2),
    "SO(3), Irrep 2 (x) Irrep 2": Irrep(SO3(), 2) * Irrep(SO3(), 2),
}


def residual(rho: Representation, share: float = 1.0) -> float:
    """How far the mean over a share of the elements is from the projection onto what they all fix."""
    g, weights = haar(rho.group)
    some = weights * (weights.cumsum(0) < share + 1e-9)
    return laws.reynolds(rho, g, some / some.sum()).item()


claim = Claim(
    title="the Reynolds operator is a projection",
    statement="P = mean of ρ(g) over the group is idempotent, P P = P, invariant, ρ(g) P = P = P ρ(g), and its trace "
    "⟨χ, 1⟩ is the dimension of the fixed space {x: ρ(g) x = x}.",
    source="textbook: Serre, Linear Representations of Finite Groups, §§ 2.2, 2.3 and 4.3 (compact groups)",
    measured="the largest entry by which one of the four identities misses; the fixed space is counted by a singular "
    "value decomposition, the means over SO(2), O(2) and SO(3) are exact quadratures",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, rho), partial(residual, rho, 2 / 3), "the mean over two thirds of the elements")
        for name, rho in MEANS.items()
    ),
)
