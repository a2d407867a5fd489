"""Base points: reading a field at products of elements is the action on fields."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import Cyclic, Dihedral, FieldAction, Group, Regular, SemidirectProduct, Torus, point_group
from groups.strategies import elements
from homossl.views import Window
from proofs_check import base
from proofs_check.examples import noise

SIDE = 5
TORUS = Torus(SIDE, SIDE)
GROUPS = [Cyclic(4), Dihedral(4), TORUS, SemidirectProduct(TORUS, Cyclic(4)), SemidirectProduct(TORUS, Dihedral(4))]


def field(group: Group) -> FieldAction:
    return FieldAction(group, 2 * Regular(point_group(group)), padding="circular")


@pytest.mark.parametrize("group", GROUPS, ids=str)
@settings(max_examples=8)
@given(data=st.data())
def test_moved_fields_are_read_at_moved_points(group, data) -> None:
    action, g = field(group), data.draw(elements(group))
    points, z = base.base(action, SIDE), noise(1, action.fibre.dim, SIDE, SIDE)
    every = points.elements()
    moved = base.read(action(g, z), every)
    assert moved.equal(base.read(z, ~base.embed(g, points) @ every))
    if group.norm(g) > 0:
        assert not moved.equal(base.read(z, every))


@pytest.mark.parametrize("window", [Window(1), Window(2), Window(3, fibre=2), Window(5)], ids=str)
def test_windows_are_those_of_views(window) -> None:
    action = field(Dihedral(4))
    z = torch.arange(16.0 * SIDE**2).reshape(1, 16, SIDE, SIDE)
    points = base.window(base.base(action, SIDE), window.size, window.fibre)
    assert base.read(z, points).flatten(1, 2).equal(window.crop(action, z))
