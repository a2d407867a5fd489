"""The representations that claims are measured on."""

from __future__ import annotations

from groups import (
    O2,
    SO2,
    SO3,
    ChangeOfBasis,
    Cyclic,
    Dihedral,
    DirectProduct,
    Group,
    Homomorphism,
    Hue,
    Irrep,
    Pullback,
    Regular,
    Representation,
    SemidirectProduct,
    Standard,
    Torus,
    Trivial,
    frequencies,
)
from groups.representation import direct_sum
from proofs_check.examples import LIE, SEMIDIRECT

HIGHEST = 3
"""The highest frequency of the irreps of an infinite group."""
COMPACT: dict[str, Group] = {
    "C5": Cyclic(5),
    "C8": Cyclic(8),
    "D4": Dihedral(4),
    "D5": Dihedral(5),
    "torus 3 x 4": Torus(3, 4),
    "SO(2)": SO2(),
    "O(2)": O2(),
    "SO(3)": SO3(),
}
SHEAR = ((1.0, 1.0), (0.0, 2.0))
HALF_TURNS = Homomorphism(
    Dihedral(2), Dihedral(4), lambda g: Dihedral(4).element(g.params * g.params.new_tensor([1, 2]))
)


def irreps(group: Group) -> list[Representation]:
    """The real irreps, up to the highest frequency where there are infinitely many."""
    return [Irrep(group, *name) for name in frequencies(group, HIGHEST)]


REPRESENTATIONS: dict[str, Representation] = {
    **{f"{name}, all irreps": direct_sum(Trivial(group, 2), *irreps(group)) for name, group in COMPACT.items()},
    **{f"{name}, Regular": Regular(group) for name, group in COMPACT.items() if group.order is not None},
    "p4m on 2 x 2, Regular": Regular(SemidirectProduct(Torus(2, 2), Dihedral(4))),
    "C2 times D3, Regular": Regular(DirectProduct(Cyclic(2), Dihedral(3))),
    **{f"{name}, Standard": Standard(group) for name, group in (COMPACT | LIE).items()},
    "T(2) x| D6, Standard": Standard(SEMIDIRECT["T(2) x| D6"]),
    "C3 times SO(2), Standard": Standard(DirectProduct(Cyclic(3), SO2())),
    "D3, Regular (x) Regular": Regular(Dihedral(3)) * Regular(Dihedral(3)),
    "SO(3), Irrep 1 (x) Irrep 2": Irrep(SO3(), 1) * Irrep(SO3(), 2),
    "C4, 2 Regular + Trivial": 2 * Regular(Cyclic(4)) + Trivial(Cyclic(4), 3),
    "D4, change of basis": ChangeOfBasis(Standard(Dihedral(4)), SHEAR),
    "D2, pulled back from D4": Pullback(Regular(Dihedral(4)) + Standard(Dihedral(4)), HALF_TURNS),  # type: ignore[dict-item]
    "SO(2), hue": Hue(),
}
