"""The invariant kernels on the pixels of a filter are as many as characters say."""

from __future__ import annotations

from functools import partial
from itertools import product

import torch
from torch import Tensor

from groups import Cyclic, Dihedral, Group, Regular, Representation, Trivial, image_action
from proofs_check.claim import Case, Claim
from proofs_check.haar import character
from proofs_check.representations import irreps

GROUPS: dict[str, Group] = {"C2": Cyclic(2), "C4": Cyclic(4), "D2": Dihedral(2), "D4": Dihedral(4)}


def kinds(group: Group) -> list[Representation]:
    """Trivial, irreducible and regular fibres."""
    return [Trivial(group), irreps(group)[-1], Regular(group)]


def pixels(group: Group, kernel: int) -> Tensor:
    """The permutation of the pixels of a filter by every element, (n k^2 k^2)."""
    ones = torch.eye(kernel**2, dtype=torch.float64).reshape(-1, 1, kernel, kernel)
    return image_action(group)(group.elements()[:, None], ones).flatten(2).mT  # type: ignore[attr-defined]


def constraint(into: Representation, out: Representation, kernel: int) -> Tensor:
    """K -> rho_out(g) K(g^-1 .) rho_in(g)^-1 for every element, (n d d) with d = dim_out dim_in k^2."""
    g = into.group.elements()  # type: ignore[attr-defined]
    fibres = (out * into).matrix(g, dtype=torch.float64)
    return torch.einsum("nij,nkl->nikjl", fibres, pixels(into.group, kernel)).flatten(1, 2).flatten(2, 3)


def solutions(into: Representation, out: Representation, kernel: int) -> int:
    """The dimension of the kernels that every element leaves alone, by a singular value decomposition."""
    matrices = constraint(into, out, kernel)
    moves = (matrices - torch.eye(matrices.shape[-1])).flatten(0, 1)
    return matrices.shape[-1] - int(torch.linalg.matrix_rank(moves.mT @ moves, rtol=1e-9))


def expected(into: Representation, out: Representation, kernel: int) -> float:
    """<chi_out, chi_in chi_pixels>."""
    g = into.group.elements()  # type: ignore[attr-defined]
    of_pixels = pixels(into.group, kernel).diagonal(dim1=1, dim2=2).sum(-1)
    return (character(out, g) * character(into, g) * of_pixels).mean().item()


def residual(group: Group, kernel: int) -> float:
    """The largest difference between both, over pairs of fibres."""
    pairs = product(kinds(group), repeat=2)
    return max(abs(solutions(into, out, kernel) - expected(into, out, kernel)) for into, out in pairs)


def broken(group: Group, kernel: int) -> float:
    """The same with every pixel taken for one that stays in its place."""
    pairs = product(kinds(group), repeat=2)
    return max(abs(solutions(into, out, kernel) - kernel**2 * expected(into, out, 1)) for into, out in pairs)


claim = Claim(
    title="invariant kernels on the lattice are counted by characters",
    statement="The k x k kernels with K(g u) = ρ₂(g) K(u) ρ₁(g)⁻¹ on the pixels u have dimension ⟨χ₂, χ₁ χ_pixels⟩, "
    "where g permutes the k² pixels: 9 from trivial to regular fibres on 3 x 3, one for every pixel.",
    source="derived: K is a fixed vector of ρ₂ ⊗ ρ₁ ⊗ pixels, and claim reynolds counts those; Weiler & Cesa, General "
    "E(2)-Equivariant Steerable CNNs (arXiv 1911.08251), § 2.3 (the kernel constraint)",
    measured="|dimension − ⟨χ₂, χ₁ χ_pixels⟩|, the worst of pairs of trivial, irreducible and regular fibres; the "
    "dimension is that of the solutions of all constraints, by a singular value decomposition",
    bound=1e-10,
    miss=0.5,
    cases=tuple(
        Case(f"{name}, {k} x {k}", partial(residual, group, k), partial(broken, group, k), "pixels that stay in place")
        for name, group in GROUPS.items()
        for k in (2, 3, 4)
    ),
)
