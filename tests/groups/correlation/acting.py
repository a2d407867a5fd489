"""What acts, by FFT or not, and vectors for it to act on."""

from __future__ import annotations

import torch
from torch import Tensor

from groups import (
    ChangeOfBasis,
    Cyclic,
    Dihedral,
    DirectProduct,
    FieldAction,
    Irrep,
    Regular,
    Representation,
    SemidirectProduct,
    Standard,
    Torus,
    Trivial,
    frequencies,
    image_action,
)
from groups.representation import direct_sum

P4 = SemidirectProduct(Torus(3, 3), Cyclic(4))
P4M = SemidirectProduct(Torus(4, 4), Dihedral(4))
PMM = SemidirectProduct(Torus(2, 3), Dihedral(2))
KNOWN = [Cyclic(1), Cyclic(2), Cyclic(5), Cyclic(8), Dihedral(1), Dihedral(4), Dihedral(5), Torus(3, 4), Torus(4, 1)]


def every_irrep(group, copies: int) -> Representation:
    return direct_sum(*[rho for name in frequencies(group, 0) for rho in copies * [Irrep(group, *name)]])


def field(group, *fibres: Representation) -> FieldAction:
    return FieldAction(group, direct_sum(*fibres), padding="circular")


FAST = [
    *[Regular(group) for group in (*KNOWN, P4, P4M, PMM, DirectProduct(Cyclic(3), Dihedral(3)))],
    *[every_irrep(group, 2) + 2 * Regular(group) + Trivial(group, 3) for group in KNOWN],
    Trivial(Torus(2, 2), 2),
    image_action(Torus(3, 4), 2),
    image_action(P4M, 2),
    field(Torus(4, 5), Trivial(Cyclic(1), 2)),
    field(P4, 2 * Regular(Cyclic(4)), Irrep(Cyclic(4), 1)),
    field(P4M, Regular(Dihedral(4)), Trivial(Dihedral(4))),
    field(PMM, Irrep(Dihedral(2), 1, 1), Trivial(Dihedral(2))),
]
SLOW = [
    Standard(Cyclic(4)),
    Regular(Cyclic(3)) * Irrep(Cyclic(3), 1),
    Trivial(Cyclic(2)) + ChangeOfBasis(Regular(Cyclic(2)), ((1.0, 1.0), (0.0, 2.0))),
    image_action(Cyclic(4)),
    FieldAction(Torus(4, 4), Trivial(Torus(4, 4)), stride=2, padding="circular"),
    FieldAction(P4, Regular(P4), padding="circular"),
    Regular(DirectProduct(Dihedral(3), Cyclic(2))),
]


def event(rho) -> tuple[int, ...]:
    if isinstance(rho, Representation):
        return (rho.dim,)
    torus = getattr(rho.group, "first", rho.group)
    h, w = (torus.h // rho.stride, torus.w // rho.stride) if isinstance(torus, Torus) else (3, 3)
    return (rho.fibre.dim, h, w)


def vectors(rho, *batch: int, dtype: torch.dtype = torch.float64, seed: int = 0) -> Tensor:
    drawn = torch.randn(*batch, *event(rho), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return drawn.to(dtype)


def both(rho, *batch: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    """Left and right."""
    return vectors(rho, *batch, dtype=dtype), vectors(rho, *batch, dtype=dtype, seed=1)
