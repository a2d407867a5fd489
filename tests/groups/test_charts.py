"""Coordinates of elements: as many as their chart says, and within its ranges."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import (
    O2,
    O3,
    SE2,
    SE3,
    SO2,
    SO3,
    Affine2,
    Cyclic,
    Dihedral,
    DirectProduct,
    Octahedral,
    SemidirectProduct,
    Similarity2,
    Symmetric,
    Torus,
    Translation,
)
from groups.charts import chart
from groups.strategies import elements

P4M = SemidirectProduct(Torus(3, 3), Dihedral(4))
NAMES = {
    Cyclic(5): "turn",
    Dihedral(4): "flip turn",
    Torus(2, 3): "row column",
    Octahedral(): "rotation",
    Octahedral(reflections=True): "flip rotation",
    SO2(): "angle",
    O2(): "flip angle",
    Translation(2): "x y",
    Translation(4): "x_0 x_1 x_2 x_3",
    SE2(): "angle x y",
    Similarity2(): "angle log_scale x y",
    Affine2(): "a b c d x y",
    SO3(): "rotation_x rotation_y rotation_z",
    O3(): "inversion rotation_x rotation_y rotation_z",
    SE3(): "rotation_x rotation_y rotation_z x y z",
    Symmetric(3): "point_0 point_1 point_2",
    P4M: "row column flip turn",
    DirectProduct(Cyclic(2), SO2()): "turn angle",
    DirectProduct(Cyclic(2), Dihedral(3)): "first_turn flip second_turn",
}


@pytest.mark.parametrize("group", NAMES, ids=str)
def test_names(group) -> None:
    assert chart(group).names == tuple(NAMES[group].split())


@given(data=st.data())
def test_coordinates_lie_within_the_ranges(group, data, dtype) -> None:
    own, g = chart(group), data.draw(elements(group, (2, 3), dtype))
    values = own.coordinates(g)
    assert values.shape == (2, 3, len(own.names))
    for axis, v in zip(own.axes, values.unbind(-1), strict=True):
        assert axis.low is None or (v >= axis.low - 1e-6).all()
        assert axis.high is None or (v <= axis.high + 1e-6).all()
        if axis.size is not None:
            assert v.equal(v.round())
            assert (v < axis.size).all()


def test_digits_have_sizes(finite_group) -> None:
    own, g = chart(finite_group), finite_group.elements()
    assert math.prod(axis.size or 0 for axis in own.axes) == finite_group.order
    assert own.coordinates(g).equal(g.params)
    assert own.coordinates(g).unique(dim=0).shape == g.params.shape


@pytest.mark.parametrize("group", [SO2(), O2(), SE2(), Similarity2(), DirectProduct(Cyclic(2), SO2())], ids=str)
@pytest.mark.parametrize("turns", [-1.0, -0.5, 0.0, 0.25, 0.5, 1.0])
def test_angles_go_around(group, turns, dtype) -> None:
    own = chart(group)
    i = own.names.index("angle")
    params = torch.zeros(group.param_dim, dtype=dtype)
    params[i] = 2 * math.pi * turns
    angle = own.coordinates(group.element(params))[i]
    assert own.axes[i].periodic
    assert abs(angle - 2 * math.pi * ((turns + 0.5) % 1 - 0.5)) < 1e-6


def test_names_of_one_rotation_have_one_vector() -> None:
    g = SO3().exp(torch.tensor([0.1, -2.0, 0.5], dtype=torch.float64))
    vector = chart(SO3()).coordinates(g)
    assert (vector - torch.tensor([0.1, -2.0, 0.5])).abs().max() < 1e-7
    assert vector.allclose(chart(SO3()).coordinates(SO3().element(-g.params)))


def test_other_groups_are_refused() -> None:
    with pytest.raises(TypeError, match=r"chart of SE2.*elements of SO2"):
        chart(SE2()).coordinates(SO2().identity())
