"""The motions of the cube: their matrices, SO(3), and escnn's names for them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO3, Cyclic, Octahedral, Regular, Standard, Trivial, VolumeAction, inclusion
from groups._escnn import enn, gspaces
from groups.interop import from_escnn, from_escnn_element, to_escnn
from groups.octahedral import cube_element, cube_matrix
from groups.spatial import rotation_matrix
from groups.strategies import elements
from proofs_check import laws

O, OH = Octahedral(), Octahedral(reflections=True)
SPACES = {O: gspaces.octaOnR3, OH: gspaces.fullOctaOnR3}


@pytest.mark.parametrize(("group", "order"), [(O, 24), (OH, 48)], ids=str)
def test_matrices_are_all_signed_permutations(group, order) -> None:
    matrices = cube_matrix(group.elements())
    assert group.order == order
    assert matrices.abs().sum(-1).eq(1).all()
    assert matrices.abs().sum(-2).eq(1).all()
    assert len(matrices.flatten(1).unique(dim=0)) == order
    assert matrices.det().round().unique().tolist() == ([1.0] if group == O else [-1.0, 1.0])
    assert matrices[0].equal(torch.eye(3, dtype=torch.float64))


@given(data=st.data(), group=st.sampled_from([O, OH]))
def test_products_and_inverses_are_those_of_matrices(group, data) -> None:
    g, h = data.draw(elements(group, (3,))), data.draw(elements(group, (3,)))
    assert cube_matrix(g @ h).equal(cube_matrix(g) @ cube_matrix(h))
    assert cube_matrix(~g).equal(cube_matrix(g).mT)
    assert cube_element(cube_matrix(g), group).params.equal(g.params)
    assert laws.representation_homomorphism(Standard(group), g, h) < 1e-6


def test_products_in_the_other_order_are_others() -> None:
    g, h = O.element([1]), O.element([10])
    assert not cube_matrix(h @ g).equal(cube_matrix(g) @ cube_matrix(h))


def test_distance_is_the_angle() -> None:
    whole = SO3().norm(inclusion(O, SO3())(O.elements()))
    assert O.norm(O.elements()).sub(whole).abs().max() < 1e-3  # near pi an angle loses half of float32's digits
    assert O.norm(O.elements()).mul(12 / math.pi).round().unique().tolist() == [0, 6, 8, 12]


@given(data=st.data())
def test_rotations_are_those_of_space(data) -> None:
    g, h = data.draw(elements(O, (4,))), data.draw(elements(O, (4,)))
    embed = inclusion(O, SO3())
    assert rotation_matrix(embed(g).params.double()).sub(cube_matrix(g)).abs().max() < 1e-6
    assert laws.homomorphism(embed, g, h) < 1e-3
    late = replace(
        embed, map=lambda g: embed(g @ O.element([1]))
    )  # half a turn too far: pi, relative to at most 1 + pi
    assert laws.homomorphism(late, g, h) > 0.5


def test_rotations_are_motions() -> None:
    g = inclusion(O, OH)(O.elements())
    assert cube_matrix(g).equal(cube_matrix(O.elements()))
    with pytest.raises(TypeError, match="not known as a subgroup"):
        inclusion(OH, SO3())
    with pytest.raises(ValueError, match=r"no element of .* moves space"):
        cube_element(-torch.eye(3), O)


FIBRES = {O: 2 * Regular(O) + Trivial(O) + Standard(O), OH: Trivial(OH) + Standard(OH)}


@pytest.mark.parametrize("group", FIBRES, ids=str)
def test_fields_of_escnn_in_space(group) -> None:
    space, action = SPACES[group](), VolumeAction(group, FIBRES[group])
    kind = to_escnn(action)
    assert from_escnn(kind) == action
    x = torch.randn(1, action.fibre.dim, 3, 3, 3, dtype=torch.float64)
    for element in space.fibergroup.elements[:: group.order // 6]:
        g, field = from_escnn_element(group, element), enn.GeometricTensor(x, kind)
        assert laws.relative_error(action(g, x), field.transform(element).tensor) < 1e-12
        assert cube_matrix(g).sub(torch.as_tensor(space.basespace_action(element))).abs().max() < 1e-12


def test_escnn_lists_the_elements_otherwise() -> None:
    space = gspaces.octaOnR3()
    theirs = from_escnn(enn.FieldType(space, [space.regular_repr])).fibre
    elements = space.fibergroup.elements
    ours = torch.stack([theirs.matrix(from_escnn_element(O, e), dtype=torch.float64) for e in elements])
    expected = np.stack([space.regular_repr(e) for e in elements])
    assert ours.sub(torch.as_tensor(expected)).abs().max() < 1e-12
    assert theirs != Regular(O)
    unordered = torch.stack([Regular(O).matrix(from_escnn_element(O, e), dtype=torch.float64) for e in elements])
    assert unordered.sub(torch.as_tensor(expected)).abs().max() > 0.5


def test_what_has_no_counterpart_is_named() -> None:
    with pytest.raises(TypeError, match="has no counterpart in escnn"):
        to_escnn(VolumeAction(O, Regular(O) * Standard(O)))
    with pytest.raises(TypeError, match="trivial, regular or of its matrices"):
        from_escnn(enn.FieldType(gspaces.octaOnR3(), [gspaces.octaOnR3().irrep(2)]))
    with pytest.raises(TypeError, match="Octahedral groups, got Cyclic"):
        VolumeAction(Cyclic(4), Trivial(Cyclic(4)))  # type: ignore[arg-type]
