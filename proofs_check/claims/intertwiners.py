"""The free filters of 1 x 1 convolutions are as many as characters say."""

from __future__ import annotations

from functools import partial

from groups import O2, SO2, Cyclic, Dihedral, Group, Irrep, Regular, Representation, Standard, Trivial
from proofs_check.claim import Case, Claim
from proofs_check.filters import free_filters
from proofs_check.haar import character, haar
from proofs_check.representations import irreps

FINITE: dict[str, Group] = {
    "C3": Cyclic(3),
    "C4": Cyclic(4),
    "C8": Cyclic(8),
    "D1": Dihedral(1),
    "D4": Dihedral(4),
    "D5": Dihedral(5),
}


def mixes(group: Group) -> list[Representation]:
    """Regular, trivial and irreducible fibres, and a sum of them."""
    kinds = [Trivial(group, 2), irreps(group)[-1], Regular(group)]
    return [*kinds, kinds[0] + kinds[1] + 2 * kinds[2]]


PAIRS: dict[str, tuple[Representation, ...]] = {
    **{name: tuple(mixes(group)) for name, group in FINITE.items()},
    "SO(2)": (Trivial(SO2()) + Irrep(SO2(), 1), Irrep(SO2(), 1) + 2 * Irrep(SO2(), 2) + Standard(SO2())),
    "O(2)": (Trivial(O2()) + Irrep(O2(), 1, 0), Irrep(O2(), 1, 0) + Irrep(O2(), 1, 1) + Standard(O2())),
}


def common(into: Representation, out: Representation) -> float:
    """<chi_into, chi_out>."""
    g, weights = haar(into.group)
    return float(character(into, g) * character(out, g) @ weights)


def residual(fibres: tuple[Representation, ...]) -> float:
    """The largest difference between free filters, their rank, and the inner product, over pairs of fibres."""
    return max(_miss(into, out) for into in fibres for out in fibres)


def _miss(into: Representation, out: Representation) -> float:
    return max(abs(count - common(into, out)) for count in free_filters(into, out, kernel=1))


def untied(fibres: tuple[Representation, ...]) -> float:
    """The largest difference between all weights, each free, and the inner product."""
    return max(into.dim * out.dim - common(into, out) for into in fibres for out in fibres)


claim = Claim(
    title="free filters of 1 x 1 convolutions are counted by characters",
    statement="dim Hom_G(ρ₁, ρ₂) = ⟨χ₁, χ₂⟩, and a steerable 1 x 1 convolution from fibres ρ₁ to fibres ρ₂ has "
    "exactly that many free weights, whose filters are linearly independent.",
    source="textbook: Serre, Linear Representations of Finite Groups, § 2.3 and § 7.2; Cohen & Welling, Steerable "
    "CNNs (arXiv 1612.08498), § 2",
    measured="the largest |number of weights − ⟨χ₁, χ₂⟩| and |rank of the filters − ⟨χ₁, χ₂⟩| over pairs of regular, "
    "trivial, irreducible and mixed fibres",
    bound=1e-10,
    miss=0.5,
    cases=tuple(
        Case(name, partial(residual, fibres), partial(untied, fibres), "every weight free: dim ρ₁ · dim ρ₂ of them")
        for name, fibres in PAIRS.items()
    ),
)
