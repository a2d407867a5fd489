"""The correlation over a group by Fourier transform is the one by moving vectors."""

from __future__ import annotations

from functools import partial
from typing import Any

from torch import Tensor

from groups import (
    SO2,
    SO3,
    Cyclic,
    Dihedral,
    FieldAction,
    Irrep,
    Regular,
    Torus,
    Trivial,
    image_action,
)
from groups.correlation import correlation, pairwise, pairwise_spectrum, spectrum
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import P4, P4M, noise, sampled

FINITE: dict[str, tuple[Any, tuple[int, ...]]] = {
    "C8, regular": (3 * Regular(Cyclic(8)), (24,)),
    "C7, irreps": (2 * Irrep(Cyclic(7), 1) + Trivial(Cyclic(7), 2) + Irrep(Cyclic(7), 3), (8,)),
    "D5, regular and irreps": (2 * Regular(Dihedral(5)) + Irrep(Dihedral(5), 1, 2), (22,)),
    "torus, images": (image_action(Torus(3, 4), 2), (2, 3, 4)),
    "torus, irreps": (Irrep(Torus(4, 4), 1, 2) + Irrep(Torus(4, 4), 1, 0), (4,)),
    "p4, a field": (FieldAction(P4, 2 * Regular(Cyclic(4)), padding="circular"), (8, 5, 5)),
    "p4m, a field": (FieldAction(P4M, Regular(Dihedral(4)), padding="circular"), (8, 4, 4)),
}
COMPACT = {
    "SO(2), irreps": Irrep(SO2(), 1) + 2 * Irrep(SO2(), 3) + Trivial(SO2()),
    "SO(3), irreps": Irrep(SO3(), 1) + 2 * Irrep(SO3(), 2) + Trivial(SO3()),
}


def vectors(*event: int) -> tuple[Tensor, Tensor]:
    """Three left ones and three right ones."""
    return noise(3, *event), noise(3, *event, seed=1)


def finite(rho: Any, event: tuple[int, ...], exchanged: bool = False) -> float:
    """The larger relative error, of rows and of pairs, over all elements."""
    left, right = vectors(*event)
    given = (right, left) if exchanged else (left, right)
    errors = [
        laws.relative_error(f(rho, *given, method="fft"), f(rho, left, right, method="dense"))
        for f in (correlation, pairwise)
    ]
    return max(error.item() for error in errors)


def compact(rho: Any, exchanged: bool = False) -> float:
    """The larger relative error, of rows and of pairs, at drawn elements and on a grid."""
    left, right = vectors(rho.dim)
    given = (right, left) if exchanged else (left, right)
    s, table = spectrum(rho, *given), pairwise_spectrum(rho, *given)
    drawn, grid = sampled(rho.group, 50)[:, None], s.grid()
    moved, turned = rho(drawn, left), rho(grid.elements[:, None], left)
    errors = [
        laws.relative_error(s.at(drawn), (moved * right).sum(-1)),
        laws.relative_error(grid.values.mT, (turned * right).sum(-1)),
        laws.relative_error(table.grid().values.permute(2, 0, 1), turned @ right.mT),
    ]
    return max(error.item() for error in errors)


claim = Claim(
    title="the correlation over a group is a product of spectra",
    statement="s(g) = ⟨ρ(g) x, y⟩ has the coefficients Σ conj(x̂) ŷ: one FFT along the cyclic axes of C_n, D_n, the "
    "torus, p4 and p4m for each coset of the shifts, cosines and sines on SO(2), and on SO(3) "
    "s(g) = Σ_l ⟨Σ_m y_lm x_lmᵀ, D_l(g)⟩.",
    source="textbook: the correlation theorem, and the Peter–Weyl theorem for SO(2) and SO(3) (Kostelec & Rockmore, "
    "FFTs on the rotation group, 2008); the cosets: derived, ρ(n h) x = ρ(n) ρ(h) x",
    measured="the relative error against ρ(g) x, moved and compared, of rows and of pairs, for all elements of a "
    "finite group, and for 50 drawn ones and all of a grid otherwise",
    bound=1e-10,
    miss=1e-3,
    cases=(
        *[
            Case(name, partial(finite, *example), partial(finite, *example, exchanged=True), "x exchanged for y")
            for name, example in FINITE.items()
        ],
        *[
            Case(name, partial(compact, rho), partial(compact, rho, exchanged=True), "x exchanged for y")
            for name, rho in COMPACT.items()
        ],
    ),
)
