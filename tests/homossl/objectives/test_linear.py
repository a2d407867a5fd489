"""Linear predictors: one matrix, or one for each motion."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO2, Cyclic, Dihedral, Torus
from groups.strategies import elements
from homossl.objectives import MLP, InfoNCE, Linear, MotionPrediction, PerMotion, VICReg
from homossl.types import Pairs

CPC = InfoNCE(projector=None, predictor=PerMotion(), similarity="dot", anchors="left", candidates="other")
D3 = Dihedral(3)


def draw(b: int = 4, d: int = 5) -> Pairs:
    rng = torch.Generator().manual_seed(0)
    left, right = torch.randn(2, b, d, generator=rng, dtype=torch.float64)
    return Pairs(left, right, motion=D3.sample(b, generator=rng))


def test_a_linear_map_keeps_the_length_unless_told():
    z = draw().left
    for spec, out in [(Linear(), 5), (Linear(3), 3)]:
        network = spec.build(5).double()
        assert network(z).shape == (4, out) == (4, spec.width(5))
        torch.testing.assert_close(network(2 * z), 2 * network(z))


def test_a_linear_map_is_a_projector_and_a_predictor():
    head = InfoNCE(projector=Linear(6), predictor=Linear()).build((3, 2, 2))
    assert [tuple(p.shape) for p in head.parameters()] == [(6, 3), (6, 6)]


@pytest.mark.parametrize("d", [5, 8])  # fewer numbers than motions, and more
@given(st.data())
def test_each_view_goes_through_the_matrix_of_its_motion(d, data):
    g = data.draw(elements(D3, (4,)))
    pairs, network = replace(draw(d=d), motion=g), PerMotion().build(d, D3).double()
    told = network(pairs)
    for i in range(4):
        there, back = (network.weight[D3.index(motion[i])] for motion in (g, ~g))
        torch.testing.assert_close(told.left[i], there @ pairs.left[i])
        torch.testing.assert_close(told.right[i], back @ pairs.right[i])


def test_a_predictor_by_motion_is_symmetric_under_exchange_of_views():
    objective = InfoNCE(projector=None, predictor=PerMotion())
    head, pairs = objective.build((5,), D3).double(), draw()
    swapped = pairs.swap()
    torch.testing.assert_close(head(swapped, swapped).value, head(pairs, pairs).value)


def test_control_the_same_motion_both_ways_is_not():
    head, pairs = InfoNCE(projector=None, predictor=PerMotion()).build((5,), D3).double(), draw()
    swapped = replace(pairs.swap(), motion=pairs.motion)
    assert not torch.allclose(head(swapped, swapped).value, head(pairs, pairs).value)


def test_the_matrices_of_other_motions_are_not_reached():
    head, pairs = CPC.build((5,), D3).double(), draw()
    head(pairs, pairs).value.backward()
    gradient = head.get_parameter("predictor.weight").grad
    assert gradient is not None
    assert pairs.motion is not None
    moved = gradient.abs().amax((1, 2)) > 0
    assert set(moved.nonzero().flatten().tolist()) == set(D3.index(pairs.motion).tolist())


def test_objectives_say_whether_they_read_motions():
    assert CPC.reads_motion
    assert (VICReg() + 0.3 * CPC).reads_motion
    assert MotionPrediction().reads_motion
    assert not InfoNCE(predictor=MLP(8, 128)).reads_motion


@pytest.mark.parametrize("group", [SO2(), None])
def test_a_motion_of_no_finite_group_is_refused(group):
    with pytest.raises(TypeError, match="PerMotion needs pairs with a motion of a finite group, got"):
        CPC.build((5,), group)


def test_unknown_and_foreign_motions_are_refused():
    head, pairs = CPC.build((5,), D3).double(), draw()
    unknown, foreign = replace(pairs, motion=None), replace(pairs, motion=Torus(2, 3).identity(4))
    with pytest.raises(ValueError, match="needs pairs whose motion is known"):
        head(unknown, unknown)
    with pytest.raises(TypeError, match=r"expected an element of Dihedral\(n=3\), got one of Torus"):
        head(foreign, foreign)


def test_a_projector_sees_one_view():
    with pytest.raises(ValueError, match=r"VICReg: a projector maps single views, got PerMotion\(\)"):
        VICReg(projector=PerMotion()).build((5,), Cyclic(4))


def test_no_outputs_are_refused():
    with pytest.raises(ValueError, match=r"Linear.out must be finite and > 0, got 0"):
        Linear(0)
