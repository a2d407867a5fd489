"""Characters of real irreps are orthogonal."""

from __future__ import annotations

from functools import partial

import torch

from groups import Cyclic, Group, Representation, Torus, Trivial
from proofs_check.claim import Case, Claim
from proofs_check.haar import character, haar
from proofs_check.representations import COMPACT, irreps

GROUPS: dict[str, Group] = {**COMPACT, "C2": Cyclic(2), "torus 4 x 4": Torus(4, 4)}


def residual(terms: list[Representation]) -> float:
    """How far characters are from orthogonal, of their norms, and, for a finite group, from complete."""
    g, weights = haar(terms[0].group)
    chi, of_squares = (torch.stack([character(rho, h) for rho in terms]) for h in (g, g @ g))
    products = chi * weights @ chi.T
    miss = (products - torch.diag(2 - of_squares @ weights)).abs().amax()
    order = terms[0].group.order
    if order is None:
        return miss.item()
    dims = torch.tensor([float(rho.dim) for rho in terms], dtype=torch.float64)
    return torch.maximum(miss, ((dims**2 / products.diagonal()).sum() / order - 1).abs()).item()


def reducible(terms: list[Representation]) -> list[Representation]:
    """Each with a trivial one beside it."""
    return [rho + Trivial(rho.group) for rho in terms]


def broken(group: Group) -> float:
    """The residual of representations that are not irreducible."""
    return residual(reducible(irreps(group)))


def intact(group: Group) -> float:
    """The residual of the irreps."""
    return residual(irreps(group))


claim = Claim(
    title="characters of irreps are orthogonal",
    statement="⟨χ_i, χ_j⟩ = mean of χ_i(g) χ_j(g) = δ_ij (2 − ν_i) with the Frobenius-Schur indicator ν = mean of "
    "χ(g²): over the reals the norm is 1 for real type (ν = 1) but 2 for complex type (ν = 0), such as the planar "
    "rotations of C_n with n > 2. All irreps of a finite group have Σ dim_i² / ⟨χ_i, χ_i⟩ = |G|.",
    source="textbook: Serre, Linear Representations of Finite Groups, § 2.3, § 2.4 and § 13.2; the norm over the "
    "reals derived: an irrep of complex type is a sum of two conjugate ones",
    measured="the largest |⟨χ_i, χ_j⟩ − δ_ij (2 − ν_i)|, and |Σ dim² / ⟨χ, χ⟩ − |G|| / |G|; frequencies up to 3 of "
    "SO(2), O(2), SO(3)",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(intact, group), partial(broken, group), "a trivial one added to each irrep")
        for name, group in GROUPS.items()
    ),
)
