"""Every representation is a homomorphism into matrices, and acts as they do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from groups import Element, Group, Representation
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise, sampled, tuples
from proofs_check.representations import REPRESENTATIONS


@dataclass(frozen=True)
class Shifted(Representation):
    """rho(c g) in the place of rho(g)."""

    inner: Representation
    c: Element

    @property
    def group(self) -> Group:
        return self.inner.group

    @property
    def dim(self) -> int:
        return self.inner.dim

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return self.inner.matrix(self.c @ g, dtype=dtype)


def residual(rho: Representation) -> float:
    """How far matrices are from a representation, over pairs of elements."""
    g, h = tuples(rho.group, 2)
    x = noise(len(g), rho.dim)
    homomorphism = laws.representation_homomorphism(rho, g, h, torch.float64)
    return max(laws.representation_identity(rho).item(), homomorphism.item(), laws.matrix_is_action(rho, g, x).item())


def broken(rho: Representation) -> float:
    """The residual of matrices that miss the identity."""
    candidates = sampled(rho.group, 16, seed=7)
    moves = (rho.matrix(candidates, dtype=torch.float64) - torch.eye(rho.dim)).norm(dim=(-2, -1))
    return residual(Shifted(rho, candidates[moves.argmax()]))


claim = Claim(
    title="representations are homomorphisms into matrices",
    statement="ρ(e) = I, ρ(g h) = ρ(g) ρ(h), and g x = ρ(g) x: irreps, regular and standard representations, sums, "
    "tensor products, changes of basis and pullbacks.",
    source="textbook: Serre, Linear Representations of Finite Groups, §§ 1.1 to 1.5",
    measured="the largest of the three relative errors over all pairs of elements, or a thousand drawn ones",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, rho), partial(broken, rho), "ρ(c g) instead of ρ(g)")
        for name, rho in REPRESENTATIONS.items()
    ),
)
