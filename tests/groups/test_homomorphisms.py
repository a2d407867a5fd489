"""Homomorphisms, and actions pulled back along them: restriction, stride, quotient."""

from __future__ import annotations

import pytest
import torch

from groups import (
    O2,
    SE2,
    SO2,
    Affine2,
    Cyclic,
    Dihedral,
    Element,
    FieldAction,
    Homomorphism,
    Irrep,
    Pullback,
    Regular,
    Representation,
    SemidirectProduct,
    Similarity2,
    Torus,
    Translation,
    Trivial,
    image_action,
    plane,
    point_group,
)
from groups.lattice import point
from proofs_check import laws

P4M = SemidirectProduct(Torus(4, 4), Dihedral(4))
RESTRICTION = Homomorphism(Cyclic(4), Cyclic(8), lambda g: Cyclic(8).element(2 * g.params))
STRIDE = Homomorphism(Torus(4, 4), Torus(8, 8), lambda g: Torus(8, 8).element(2 * g.params))
QUOTIENT = Homomorphism(P4M, Dihedral(4), point)
COVER = Homomorphism(Cyclic(8), SO2(), lambda g: SO2().element(g.params * (torch.pi / 4)))
MOVERS = [Cyclic(6), Dihedral(3), SO2(), O2(), Translation(2), SE2(), Similarity2(), Affine2()]
MOVERS = [*MOVERS, SemidirectProduct(Translation(2), Dihedral(6)), SemidirectProduct(Translation(2), O2())]


@pytest.mark.parametrize("phi", [RESTRICTION, STRIDE, QUOTIENT, COVER, COVER @ RESTRICTION])
def test_homomorphism_on_all_pairs(phi) -> None:
    g = phi.source.elements()
    assert laws.homomorphism(phi, g[:, None], g) < 1e-5


def test_map_that_is_no_homomorphism_is_seen() -> None:
    shifted = Homomorphism(Cyclic(4), Cyclic(8), lambda g: Cyclic(8).element(2 * g.params + 1))
    assert laws.homomorphism(shifted, *2 * [Cyclic(4).elements()]) > 0.1


@pytest.mark.parametrize("group", MOVERS, ids=str)
def test_motion_of_the_plane_is_a_homomorphism(group) -> None:
    g, h = group.sample(2, 50, generator=torch.Generator().manual_seed(0))
    assert laws.homomorphism(plane(group), g, h) < 1e-4


@pytest.mark.parametrize("group", [*MOVERS[:7], *MOVERS[8:], P4M], ids=str)
def test_point_is_a_homomorphism(group) -> None:
    g, h = group.sample(2, 50, generator=torch.Generator().manual_seed(0))
    assert laws.homomorphism(Homomorphism(group, point_group(group), point), g, h) < 1e-5


def test_restriction() -> None:
    rho = Pullback(Regular(Cyclic(8)), RESTRICTION)
    assert isinstance(rho, Representation)
    assert rho.is_permutation
    g = Cyclic(4).elements()
    assert rho.matrix(g).equal(Regular(Cyclic(8)).matrix(Cyclic(8).elements()[::2]))
    assert laws.representation_homomorphism(rho, g[:, None], g[None], torch.float64) == 0


def test_stride() -> None:
    x = torch.arange(64.0).reshape(1, 8, 8)
    g = Torus(4, 4).elements()
    by_cells = Pullback(image_action(Torus(8, 8)), STRIDE)
    assert by_cells.exact
    assert laws.action_composition(by_cells, g[:, None], g, x) == 0
    assert by_cells(g, x)[..., ::2, ::2].equal(image_action(Torus(4, 4))(g, x[:, ::2, ::2]))


def test_quotient() -> None:
    by_turns = Pullback(Irrep(Dihedral(4), 1, 1), QUOTIENT)
    g = P4M.elements()
    assert laws.representation_homomorphism(by_turns, g[:, None], g[None], torch.float64) < 1e-12
    direct = FieldAction(P4M, Irrep(Dihedral(4), 1, 1), padding="circular")
    x = torch.randn(2, 4, 4, generator=torch.Generator().manual_seed(0))
    assert FieldAction(P4M, by_turns, padding="circular")(g, x).equal(direct(g, x))


def test_pulled_action_publishes_what_it_is() -> None:
    action = Pullback(image_action(Cyclic(8)), RESTRICTION)
    assert (action.group, action.event_dim, action.exact) == (Cyclic(4), 3, False)
    assert action.tolerance == image_action(Cyclic(8)).tolerance


def test_errors() -> None:
    with pytest.raises(TypeError, match=r"from Cyclic\(n=4\) was given an element of Cyclic\(n=8\)"):
        RESTRICTION(Cyclic(8).identity())
    with pytest.raises(TypeError, match=r"to SO2\(\) returned an element of Cyclic\(n=4\)"):
        Homomorphism(Cyclic(4), SO2(), lambda g: g)(Cyclic(4).identity())
    with pytest.raises(TypeError, match=r"action of Cyclic\(n=4\) cannot be pulled back along a map to Cyclic\(n=8\)"):
        Pullback(Trivial(Cyclic(4)), RESTRICTION)
    with pytest.raises(TypeError, match="no point group"):
        point_group(Affine2())
    with pytest.raises(TypeError, match="does not shift the plane"):
        plane(Translation(3))


def test_moved_by_the_image() -> None:
    g = Element(Cyclic(4), torch.tensor([[1], [3]]))
    assert RESTRICTION(g).params.tolist() == [[2], [6]]
