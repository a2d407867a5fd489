"""Clouds of points as voxels, which turn as the clouds do."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import Octahedral, Trivial, VolumeAction
from groups.octahedral import cube_matrix
from groups.strategies import elements
from homossl.data import Digits, Samples, Solids, Voxels
from homossl.data.voxels import occupied

O = Octahedral()


def clouds(n: int = 3, points: int = 50) -> torch.Tensor:
    return torch.randn(n, points, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@given(data=st.data(), size=st.integers(2, 9))
def test_voxels_turn_as_their_points_do(data, size) -> None:
    g, x = data.draw(elements(O)), clouds()
    action = VolumeAction(O, Trivial(O))
    turned = occupied(x @ cube_matrix(g).mT, size, 1.5)
    assert turned.equal(action(g, occupied(x, size, 1.5)))
    assert turned.sum() > 3


def test_points_turned_the_other_way_are_seen() -> None:
    g, x = O.element([10]), clouds()
    assert not occupied(x @ cube_matrix(g), 9, 1.5).equal(VolumeAction(O, Trivial(O))(g, occupied(x, 9, 1.5)))


def test_points_beyond_the_grid_are_left_out() -> None:
    beyond = torch.tensor([[[1.3, 0.0, 0.0], [0.0, -9.0, 0.0]], [[1.2, 0.0, 0.0], [0.0, 0.0, 0.0]]])
    assert occupied(beyond, 5, 1.0).flatten(1).sum(1).tolist() == [0, 2]


def test_solids_as_voxels() -> None:
    source = Solids(points=200, train=2, test=1)
    voxels = Voxels(source, size=9).load("train")
    assert voxels.x.shape == (30, 1, 9, 9, 9)
    assert voxels.x.unique().tolist() == [0, 1]
    assert voxels.y.equal(source.load("train").y)
    assert voxels.classes == source.load("train").classes
    assert voxels.x.flatten(1).sum(1).min() > 20


class Named:
    """Clouds with a feature."""

    def load(self, split):
        return Samples(torch.zeros(2, 5, 4), torch.zeros(2, dtype=torch.int64), ("a",))


@pytest.mark.parametrize("source", [Digits(9), Named()], ids=["images", "features"])
def test_what_is_no_cloud_is_named(source) -> None:
    with pytest.raises(ValueError, match=r"expected clouds of points \(points 3\), got"):
        Voxels(source, size=9).load("train")


def test_wrong_settings_are_named() -> None:
    with pytest.raises(ValueError, match="size >= 2 and extent > 0"):
        Voxels(Solids(), size=1)
    with pytest.raises(ValueError, match="size >= 2 and extent > 0"):
        Voxels(Solids(), extent=-1.0)
