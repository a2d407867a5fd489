"""BYOL and SimSiam: bounds, the terms that show collapse, the predictor."""

from __future__ import annotations

import pytest
import torch

from homossl.objectives import BYOL, MLP, InfoNCE, SimSiam
from homossl.types import Pairs

Z = torch.randn(512, 16, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("objective", "best", "worst"), [(BYOL(), 0, 8), (SimSiam(), -1, 1)])
def test_bounds_are_reached_by_equal_and_opposite_views(objective, best, worst):
    same, opposite = Pairs(Z, 2 * Z), Pairs(Z, -Z)
    assert objective(same, same).value.item() == pytest.approx(best, abs=1e-5)
    assert objective(opposite, opposite).value.item() == pytest.approx(worst, abs=1e-5)


@pytest.mark.parametrize("objective", [BYOL(), SimSiam()], ids=lambda o: o.name)
def test_spread_is_one_on_the_sphere_and_zero_on_collapse(objective):
    sphere, point = Pairs(Z, Z), Pairs(torch.ones(8, 4), torch.ones(8, 4))
    assert objective(sphere, sphere).terms["spread"].item() == pytest.approx(1, abs=0.02)
    assert objective(point, point).terms["spread"].item() == pytest.approx(0, abs=1e-6)


def test_spread_of_two_opposite_points_in_the_plane():
    pair = Pairs(torch.tensor([[3.0, 0.0]]), torch.tensor([[-1.0, 0.0]]))
    assert BYOL()(pair, pair).terms["spread"].item() == pytest.approx(0.5 * 2**0.5)


@pytest.mark.parametrize("objective", [BYOL(), SimSiam()], ids=lambda o: o.name)
def test_both_predict_by_default(objective):
    assert objective.predictor is not None
    assert InfoNCE().predictor is None


@pytest.mark.parametrize("kind", [BYOL, SimSiam])
def test_the_predictor_changes_the_online_side_only(kind):
    objective = kind(projector=MLP(8, 6), predictor=MLP(8, 6))
    head = objective.build((3, 2, 2))
    left, right = torch.randn(2, 8, 3, 2, 2, generator=torch.Generator().manual_seed(1))
    x = Pairs(left, right)
    z = head.project(x)
    expected = objective(z.map(head.predictor), z).value
    torch.testing.assert_close(head(x, x).value, expected)
    assert not torch.allclose(expected, objective(z, z).value)
