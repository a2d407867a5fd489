"""Restrictions, strides, quotients and motions of the plane are homomorphisms."""

from __future__ import annotations

from functools import partial

import torch

from groups import (
    O2,
    SE2,
    SO2,
    Cyclic,
    Element,
    Group,
    Homomorphism,
    Similarity2,
    Torus,
    Translation,
    plane,
    point_group,
)
from groups.lattice import point
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import P4M, SEMIDIRECT, sampled, tuples


def to_point_group(group: Group) -> Homomorphism:
    """The quotient by the shifts."""
    return Homomorphism(group, point_group(group), point)


def angle(g: Element) -> Element:
    """A turn of C_8 as one of SO(2)."""
    return SO2().element(g.params.double() * (torch.pi / 4))


SHIFTED_TURNS = SEMIDIRECT["T(2) x| D6"]
MAPS: dict[str, Homomorphism] = {
    "restriction, C4 in C8": Homomorphism(Cyclic(4), Cyclic(8), lambda g: Cyclic(8).element(2 * g.params)),
    "stride 2, 4 x 4 in 8 x 8": Homomorphism(Torus(4, 4), Torus(8, 8), lambda g: Torus(8, 8).element(2 * g.params)),
    "cover, C8 in SO(2)": Homomorphism(Cyclic(8), SO2(), angle),
    "quotient, p4m to D4": to_point_group(P4M),
    "quotient, SE(2) to SO(2)": to_point_group(SE2()),
    **{f"plane, {group}": plane(group) for group in (SO2(), O2(), Translation(2), SE2(), Similarity2())},
    "plane, T(2) x| D6": plane(SHIFTED_TURNS),
}


def residual(phi: Homomorphism) -> float:
    """How far a map is from a homomorphism, over pairs of elements."""
    return laws.homomorphism(phi, *tuples(phi.source, 2)).item()


def moved(phi: Homomorphism) -> Homomorphism:
    """c phi(g), which misses the identity."""
    c = phi(sampled(phi.source, 16, seed=7))
    c = c[phi.target.norm(c).argmax()]
    return Homomorphism(phi.source, phi.target, lambda g: c @ phi(g))


def broken(phi: Homomorphism) -> float:
    """The residual of a map that misses the identity."""
    return residual(moved(phi))


claim = Claim(
    title="maps between groups are homomorphisms",
    statement="φ(g h) = φ(g) φ(h) for restrictions, strides, quotients by the shifts, and motions of the plane.",
    source="textbook: Serre, Linear Representations of Finite Groups, § 1.1 (homomorphisms into matrices)",
    measured="the largest d(φ(g h), φ(g) φ(h)) / (1 + |φ(g) φ(h)|) over all pairs, or a thousand drawn ones",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, phi), partial(broken, phi), "c φ(g) instead of φ(g)") for name, phi in MAPS.items()
    ),
)
