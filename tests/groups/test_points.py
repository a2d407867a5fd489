"""Clouds of points move as space does; labels stay, vectors turn, points are permuted."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import (
    O3,
    SE3,
    SO2,
    SO3,
    DirectProduct,
    Element,
    Irrep,
    PointAction,
    Standard,
    Symmetric,
    Translation,
    Trivial,
)
from groups.functions import SphereFunctions
from groups.parts import reflects, turned_by
from groups.strategies import elements
from proofs_check import laws

VECTORS = Irrep(SO3(), 1) + Irrep(SO3(), 2)
ACTIONS = [
    PointAction(SO3()),
    PointAction(SO3(), VECTORS),
    PointAction(O3(), Irrep(O3(), 1, 1) + Irrep(O3(), 0, 1)),
    PointAction(SE3(), VECTORS),
    PointAction(SE3(), Standard(SE3())),
    PointAction(Translation(3), Trivial(Translation(3), 2)),
    PointAction(Symmetric(6)),
    PointAction(DirectProduct(SE3(), Symmetric(6)), VECTORS),
]


@settings(max_examples=3)
@pytest.mark.parametrize("action", ACTIONS, ids=str)
@given(data=st.data())
def test_laws(action, data, dtype, tolerance) -> None:
    g, h = (data.draw(elements(action.group, (3,), dtype)) for _ in range(2))
    x = action.inputs(3, torch.Generator().manual_seed(0)).to(dtype)
    assert laws.action_identity(action, x) < tolerance
    assert laws.action_composition(action, g, h, x) < tolerance
    assert action.exact
    assert action(g[:, None], x).shape == (3, *x.shape)


@dataclass(frozen=True)
class Pushed(PointAction):
    """Shifts that come before the turn, and so do not compose."""

    def act(self, g: Element, x: Tensor) -> Tensor:
        shift = torch.nn.functional.pad(g.params[..., 4:], (0, x.shape[-1] - 3))[..., None, :]
        return PointAction(SO3())(SO3().element(g.params[..., :4]), x + shift)


def test_what_is_no_action_is_seen() -> None:
    g, h = SE3().sample(2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    x = PointAction(SE3()).inputs(3, torch.Generator().manual_seed(0))
    assert laws.action_composition(PointAction(SE3()), g, h, x) < 1e-12
    assert laws.action_composition(Pushed(SE3()), g, h, x) > 0.1


def test_coordinates_turn_by_the_matrix_and_labels_stay() -> None:
    x = torch.randn(2, 5, 4, dtype=torch.float64)
    g = SE3().sample(2, dtype=torch.float64)
    matrix = Standard(SE3()).matrix(g)
    expected = torch.einsum("bij,bnj->bni", matrix[:, :3, :3], x[..., :3]) + matrix[:, None, :3, 3]
    moved = PointAction(SE3())(g, x)
    assert laws.relative_error(moved[..., :3], expected) < 1e-14
    assert moved[..., 3].equal(x[..., 3])


def test_points_go_where_the_permutation_says() -> None:
    x = torch.arange(12.0).reshape(1, 4, 3)
    moved = PointAction(Symmetric(4))(Symmetric(4).element([2, 0, 3, 1]), x)
    assert moved[0, [2, 0, 3, 1]].equal(x[0])


def test_readings_are_invariant() -> None:
    action = PointAction(SE3(), VECTORS)
    x, g = action.inputs(3), SE3().sample(3, dtype=torch.float64)
    kept, pooled = action.readings(x)
    turned, same = action.readings(action(g, x))
    assert (kept.shape, pooled.shape) == ((3, 8), (3, 2))
    assert laws.relative_error(same, pooled) < 1e-12
    assert laws.relative_error(turned, kept) > 0.1
    with pytest.raises(TypeError, match="nothing invariant is known"):
        PointAction(SE3()).readings(x)


def test_representations_of_the_rotations_in_a_group() -> None:
    def made(turns: SO3 | O3) -> SphereFunctions:
        return SphereFunctions(turns, 2, 1)

    assert turned_by(SO3(), made) == made(SO3())
    assert turned_by(Symmetric(3), made) == Trivial(Symmetric(3), 8)
    rigid, z = turned_by(DirectProduct(SE3(), Symmetric(3)), made), torch.randn(4, 8, dtype=torch.float64)
    g, h = rigid.group.sample(2, 4, dtype=torch.float64)
    assert laws.action_composition(rigid, g, h, z) < 1e-12
    assert [reflects(group) for group in (SO3(), O3(), SE3(), Symmetric(2))] == [False, True, False, False]


@pytest.mark.parametrize(
    ("error", "match", "make"),
    [
        (TypeError, r"moved by SO3, O3, SE3, Translation\(3\) and Symmetric, got SO2", lambda: PointAction(SO2())),
        (TypeError, "got Translation", lambda: PointAction(Translation(2))),
        (
            TypeError,
            r"fibres over points represent one of \[SO3\(\)\], got O3",
            lambda: PointAction(SO3(), Irrep(O3(), 1, 1)),
        ),
        (
            ValueError,
            r"clouds \(\*batch n 3\+8\), got",
            lambda: PointAction(SO3(), VECTORS)(SO3().identity(), torch.zeros(2, 3)),
        ),
        (
            ValueError,
            r"clouds \(\*batch n 3\+k\), got",
            lambda: PointAction(SO3())(SO3().identity(), torch.zeros(5, 2)),
        ),
        (
            ValueError,
            "permutes 3 points",
            lambda: PointAction(Symmetric(3))(Symmetric(3).identity(), torch.zeros(4, 3)),
        ),
    ],
)
def test_errors(error, match, make) -> None:
    with pytest.raises(error, match=match):
        make()
