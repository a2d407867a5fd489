"""GlobalLocal: the summary is that of the whole moved field, and the place one of its cells."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given

from groups import Cyclic, FieldAction, Regular, SemidirectProduct, Torus, Trivial
from groups.strategies import elements
from homossl.types import Batch, Draw
from homossl.views import FeatureFibre, FromIdentity, GlobalLocal, Window

SIDE = 5
SHIFTS = Torus(SIDE, SIDE)
P4 = SemidirectProduct(SHIFTS, Cyclic(4))
FIELD = FieldAction(P4, 2 * Regular(Cyclic(4)), padding="circular")


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def features() -> torch.Tensor:
    return torch.randn(2, 8, SIDE, SIDE, dtype=torch.float64, generator=rng())


@given(elements(P4, (2, 2)))
def test_the_left_view_is_the_mean_of_the_moved_field_and_the_right_one_its_middle(g):
    z = features()
    pairs = GlobalLocal(FIELD).pair(z, Draw(z, g), FIELD)
    torch.testing.assert_close(pairs.left[..., 0, 0], FIELD(g[0], z).mean((2, 3)))
    assert torch.equal(pairs.right[..., 0, 0], FIELD(g[1], z)[..., SIDE // 2, SIDE // 2])


@given(elements(SHIFTS, (2, 2)))
def test_shifts_of_a_torus_leave_the_summary(g):
    z, action = features(), FieldAction(SHIFTS, Trivial(SHIFTS, 8), padding="circular")
    summary = GlobalLocal(action).pair(z, Draw(z, g), action).left
    torch.testing.assert_close(summary[..., 0, 0], z.mean((2, 3)))


def test_control_turns_do_not():
    z = features()
    g = P4.element(torch.tensor([[[0, 0, 1]] * 2, [[0, 0, 0]] * 2]))
    assert not torch.allclose(GlobalLocal(FIELD).pair(z, Draw(z, g), FIELD).left[..., 0, 0], z.mean((2, 3)))


@pytest.mark.parametrize(
    ("window", "shape"),
    [(Window(1), (8, 1, 1)), (Window(3), (8, 3, 3)), (Window(1, 2), (4, 1, 1)), (Window(), (8, 5, 5))],
)
def test_both_views_have_the_shape_of_the_window_and_the_summary_is_constant(window, shape):
    z = features()
    views = GlobalLocal(FIELD, window=window)
    pairs = views.pair(z, views.draw(Batch(z), rng()), FIELD)
    assert pairs.left.shape == pairs.right.shape == (2, *shape)
    assert torch.equal(pairs.left, pairs.left[..., :1, :1].expand_as(pairs.left))
    assert pairs.action is None


def test_the_motion_is_that_of_feature_fibres():
    z = features()
    one, other = (source(FIELD, motion=FromIdentity()) for source in (GlobalLocal, FeatureFibre))
    draw = one.draw(Batch(z), rng())
    assert torch.equal(draw.g.params, other.draw(Batch(z), rng()).g.params)
    motion = one.pair(z, draw, FIELD).motion
    assert motion is not None
    assert torch.equal(motion.params, draw.g[1].params)


def test_from_the_identity_only_the_right_view_is_moved():
    g = FromIdentity().draw(P4, 64, rng())
    assert g.shape == (2, 64)
    assert torch.equal(g[0].params, P4.identity(64).params)
    assert len(g[1].params.unique(dim=0)) > 32


def test_features_without_a_grid_and_of_another_group_are_refused():
    z, g = torch.zeros(2, 4), Cyclic(4).identity(2, 2)
    with pytest.raises(
        TypeError, match="the summary of a field needs a Field on a grid, such as a FieldAction, got Regular"
    ):
        GlobalLocal().pair(z, Draw(z, g), Regular(Cyclic(4)))
    with pytest.raises(TypeError, match=r"elements of Cyclic\(n=4\), but the features are moved by"):
        GlobalLocal().pair(features(), Draw(z, g), FIELD)
