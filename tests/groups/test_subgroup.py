"""Subgroups are mapped into their groups one to one, and products to products."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import (
    SO2,
    Cyclic,
    Dihedral,
    DirectProduct,
    Element,
    Homomorphism,
    SemidirectProduct,
    Torus,
    Translation,
)
from groups.laws import homomorphism
from groups.plane import linear
from groups.strategies import elements
from groups.subgroup import inclusion

P4, SHIFTED = SemidirectProduct(Torus(5, 5), Cyclic(4)), SemidirectProduct(Translation(2), Dihedral(4))
PARTS = [
    (Cyclic(4), Cyclic(4)),
    (Cyclic(2), Cyclic(8)),
    (Cyclic(4), Dihedral(8)),
    (Dihedral(2), Dihedral(4)),
    (Cyclic(2), P4),
    (Torus(5, 5), P4),
    (P4, P4),
    (Dihedral(2), SHIFTED),
    (Cyclic(2), DirectProduct(Dihedral(3), Cyclic(4))),
]


@pytest.mark.parametrize(("part", "whole"), PARTS, ids=str)
@given(st.data())
def test_an_inclusion_is_a_homomorphism(part, whole, data):
    g, h = data.draw(elements(part)), data.draw(elements(part))
    assert homomorphism(inclusion(part, whole), g, h) < 1e-10


@pytest.mark.parametrize(("part", "whole"), PARTS, ids=str)
def test_no_two_elements_become_one(part, whole):
    assert len(inclusion(part, whole)(part.elements()).params.unique(dim=0)) == part.order


@pytest.mark.parametrize(("part", "whole"), PARTS[1:4], ids=str)
def test_a_subgroup_turns_the_plane_as_its_group_does(part, whole):
    there = inclusion(part, whole)(part.elements())
    turned, control = (
        linear(g, torch.float64) for g in (part.elements(), part.elements()[[-1, *range(part.order - 1)]])
    )
    torch.testing.assert_close(linear(there, torch.float64), turned)
    assert not torch.allclose(linear(there, torch.float64), control)


def test_control_numbers_taken_as_they_are_make_no_homomorphism():
    as_they_are = Homomorphism(Cyclic(2), Cyclic(8), lambda g: Element(Cyclic(8), g.params))
    turn = Cyclic(2).element([1])
    assert homomorphism(as_they_are, turn, turn) > 0.1


@pytest.mark.parametrize(
    ("part", "whole"),
    [(Cyclic(3), Cyclic(8)), (Dihedral(2), Cyclic(4)), (Cyclic(8), P4), (Torus(3, 3), P4), (Cyclic(4), SO2())],
    ids=str,
)
def test_what_is_no_subgroup_is_refused(part, whole):
    with pytest.raises(TypeError, match="is not known as a subgroup of"):
        inclusion(part, whole)
