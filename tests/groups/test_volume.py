"""The motions of the cube moving voxels: definition, laws, windows, strides."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import Element, Octahedral, Regular, Standard, Trivial, VolumeAction
from groups.octahedral import cube_matrix
from groups.strategies import elements
from proofs_check import laws

O, OH = Octahedral(), Octahedral(reflections=True)
ACTIONS = [
    VolumeAction(O, Trivial(O, 2)),
    VolumeAction(O, 2 * Regular(O)),
    VolumeAction(O, Standard(O) + Trivial(O)),
    VolumeAction(OH, Standard(OH)),
    VolumeAction(OH, Regular(OH)),
]


def noise(action: VolumeAction, *batch: int, side: int = 4, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*batch, action.fibre.dim, side, side, side, dtype=torch.float64, generator=generator)


@pytest.mark.parametrize("action", ACTIONS, ids=str)
def test_laws(action) -> None:
    @settings(max_examples=6)
    @given(st.data(), st.integers(1, 5))
    def check(data, side):
        g, h = (data.draw(elements(action.group, (3,))) for _ in range(2))
        x = noise(action, 3, side=side)
        assert laws.action_identity(action, x) == 0
        assert laws.action_composition(action, g, h, x) < 1e-12

    check()


class FibresAtTheSource(VolumeAction):
    """Turns fibres the wrong way."""

    def _move_fibres(self, g: Element, x: Tensor) -> Tensor:
        return super()._move_fibres(~g, x)


def test_wrong_fibres_are_seen() -> None:
    g, h, wrong = O.element([5]), O.element([10]), FibresAtTheSource(O, Regular(O))
    assert laws.action_composition(wrong, g, h, noise(wrong)) > 0.1


@given(data=st.data())
def test_definition(data) -> None:
    """Voxel by voxel: the value at u comes from g^-1 u, with x, y, z against the axes 3, -2, -1."""
    action, side, g = VolumeAction(OH, Standard(OH)), 3, data.draw(elements(OH))
    x, back, rho = noise(action, side=3), cube_matrix(~g), cube_matrix(g)
    moved = action(g, x)
    for z, y, u in itertools.product((-1, 0, 1), repeat=3):
        sx, sy, sz = (back @ torch.tensor([u, y, z], dtype=torch.float64)).long().tolist()
        value = rho @ x[:, side // 2 - sz, side // 2 - sy, side // 2 + sx]
        assert moved[:, 1 - z, 1 - y, 1 + u].equal(value)


@given(data=st.data(), cells=st.integers(1, 5), side=st.integers(1, 5))
def test_windows_are_parts_of_the_whole(data, cells, side) -> None:
    action, g = ACTIONS[1], data.draw(elements(O, (2, 3)))
    x = noise(action, 3, side=side)
    if cells > side:
        with pytest.raises(ValueError, match="does not fit a field"):
            action.region(tuple(x.shape[1:]), cells)
        return
    region = action.region(tuple(x.shape[1:]), cells)
    whole = action(g, x)
    assert action.read(g, x, region).equal(action.crop(whole, region))
    assert laws.relative_error(action.mean(g, x, region), action.average(action.crop(whole, region))) < 1e-12
    kept = action(g, action.crop(x, region)).equal(action.crop(whole, region))
    assert kept or not action.keeps(tuple(x.shape[1:]), region)


def test_only_centred_windows_are_kept() -> None:
    action, shape = ACTIONS[1], (48, 5, 5, 5)
    assert [action.keeps(shape, action.region(shape, cells)) for cells in (1, 2, 3, 4, 5)] == [True, False] * 2 + [True]
    assert action.keeps(shape, None)
    x, beside = noise(action, side=5), action.region(shape, 2)
    g = O.elements()
    assert not action(g, action.crop(x, beside)).equal(action.read(g, x, beside))


def test_motions_commute_with_strides_on_odd_grids() -> None:
    fine, coarse = ACTIONS[1], replace(ACTIONS[1], stride=2)
    g, odd, even = O.elements(), noise(fine, side=5), noise(fine, side=4)
    assert coarse(g, odd[..., ::2, ::2, ::2]).equal(fine(g, odd)[..., ::2, ::2, ::2])
    assert not coarse(g, even[..., ::2, ::2, ::2]).equal(fine(g, even)[..., ::2, ::2, ::2])


def test_points_and_back() -> None:
    action = ACTIONS[1]
    x = noise(action, 3)
    points = action.points(x)
    assert points.shape == (3, 2, 24 * 64)
    assert action.from_points(points, tuple(x.shape[1:])).equal(x)
    assert action.take_fibre(x, 1).equal(x[:, ::24])
    with pytest.raises(ValueError, match="25 points of a fibre does not fit fibres of 24"):
        action.take_fibre(x, 25)
    with pytest.raises(TypeError, match="copies of a regular representation"):
        ACTIONS[0].take_fibre(x, 1)


def test_inputs_and_readings() -> None:
    action = ACTIONS[1]
    x = action.inputs(2, torch.Generator().manual_seed(0))
    assert (x.shape, x.dtype) == ((2, 48, 9, 9, 9), torch.float64)
    g = O.elements()[:, None]
    kept, pooled = zip(*(action.readings(part) for part in action(g, x)), strict=True)
    assert laws.relative_error(torch.stack(pooled), pooled[0].expand(24, -1, -1)) < 1e-12
    assert laws.relative_error(torch.stack(kept), kept[0].expand(24, -1, -1)) > 0.1


def test_a_scrambled_action_is_none() -> None:
    action, scrambled = ACTIONS[1], ACTIONS[1].scrambled(0)
    g, h, x = O.element([5]), O.element([10]), noise(action)
    assert laws.action_identity(scrambled, x) < 1e-6
    assert laws.action_composition(scrambled, g, h, x) > 0.1
    with pytest.raises(TypeError, match="copies of a regular representation"):
        ACTIONS[0].scrambled(0)


@pytest.mark.parametrize(
    ("error", "message", "make"),
    [
        (TypeError, "cannot have fibres that represent", lambda: VolumeAction(O, Regular(OH))),
        (ValueError, "stride >= 1, got 0", lambda: VolumeAction(O, Trivial(O), 0)),
        (ValueError, "needs|moves fields", lambda: ACTIONS[0](O.identity(), torch.zeros(2, 3, 3, 4))),
        (ValueError, "moves fields", lambda: ACTIONS[0](O.identity(), torch.zeros(1, 3, 3, 3))),
    ],
)
def test_errors(error, message, make) -> None:
    with pytest.raises(error, match=message):
        make()
