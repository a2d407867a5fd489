"""Groups moving feature fields: fibres, windows, strides."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from groups import (
    O2,
    SE2,
    SO2,
    SO3,
    Cyclic,
    Dihedral,
    Element,
    FieldAction,
    Group,
    Irrep,
    PointwiseAction,
    Regular,
    Representation,
    SemidirectProduct,
    Standard,
    Torus,
    Translation,
    Trivial,
    image_action,
)
from proofs_check import laws

P4M = SemidirectProduct(Torus(4, 4), Dihedral(4))
FIELDS = [
    *[FieldAction(group, Regular(group)) for group in (Cyclic(1), Cyclic(4), Dihedral(2), Dihedral(4))],
    FieldAction(Dihedral(4), Irrep(Dihedral(4), 1, 1) + Trivial(Dihedral(4)) + Regular(Dihedral(4))),
    FieldAction(Cyclic(4), Regular(Cyclic(4)) * Standard(Cyclic(4))),
    FieldAction(P4M, 2 * Regular(Dihedral(4)), padding="circular"),
    FieldAction(P4M, Standard(Dihedral(4)), padding="circular"),
    FieldAction(Torus(4, 4), 3 * Regular(Cyclic(1)), padding="circular"),
    FieldAction(Torus(4, 4), Irrep(Torus(4, 4), 1, 2), padding="circular"),
]


def noise(action: FieldAction, *batch: int, side: int = 4) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(*batch, action.fibre.dim, side, side, dtype=torch.float64, generator=generator)


@pytest.mark.parametrize("action", FIELDS, ids=str)
def test_exact_actions(action) -> None:
    g, x = action.group.elements(), noise(action)
    g = g if len(g) <= 16 else g[:: len(g) // 16]
    assert action.exact
    assert laws.action_identity(action, x) < 1e-12
    assert laws.action_composition(action, g[:, None], g, x) < 1e-12


class FixedFibres(FieldAction):
    """Moves the points and forgets the fibres."""

    def _move_fibres(self, g: Element, x: Tensor) -> Tensor:
        return x


class FibresAtTheSource(FieldAction):
    """Turns fibres the wrong way."""

    def _move_fibres(self, g: Element, x: Tensor) -> Tensor:
        return super()._move_fibres(~g, x)


def test_wrong_fibres_are_seen() -> None:
    group, g, h = Dihedral(4), Dihedral(4).element([1, 1]), Dihedral(4).element([0, 1])
    right, forgetful = FieldAction(group, Regular(group)), FixedFibres(group, Regular(group))
    x = noise(right)
    assert laws.relative_error(forgetful(g, x), right(g, x)) > 0.1
    assert laws.action_composition(FibresAtTheSource(group, Regular(group)), g, h, x) > 0.1


@pytest.mark.parametrize("action", FIELDS, ids=str)
def test_definition(action) -> None:
    g, x = action.group.sample(3, generator=torch.Generator().manual_seed(1)), noise(action, 3)
    motion = image_action(action.group, action.fibre.dim)
    fibre = FieldAction(action.group, action.fibre, padding=action.padding)._move_fibres
    assert action(g, x).equal(fibre(g, motion(g, x)))


@pytest.mark.parametrize("group", [SE2(), SO2(), SemidirectProduct(Translation(2), Cyclic(4)), P4M, O2()], ids=str)
def test_window_reads_part_of_the_whole(group) -> None:
    fibre = Trivial(group, 3) if isinstance(group, SE2 | SO2 | O2) else 2 * Regular(group.second)
    action = FieldAction(group, fibre, padding="circular")
    g, x = group.sample(2, 5, generator=torch.Generator().manual_seed(0)), noise(action, 5)
    window = (slice(1, 3), slice(0, 3))
    assert action.read(g, x, window).shape == (2, 5, fibre.dim, 2, 3)
    torch.testing.assert_close(action.read(g, x, window), action(g, x)[(..., *window)], rtol=0.0, atol=1e-6)
    assert not torch.allclose(action.read(g, x, window), action(g, x)[..., 0:2, 0:3])


@pytest.mark.parametrize("group", [Cyclic(4), Dihedral(4)], ids=str)
def test_turns_commute_with_strides_on_odd_grids(group) -> None:
    fine, coarse = (FieldAction(group, Regular(group), stride) for stride in (1, 2))
    g = group.elements()
    x = noise(fine, side=9)
    assert coarse.exact
    assert coarse(g, x[..., ::2, ::2]).equal(fine(g, x)[..., ::2, ::2])
    even = noise(fine, side=8)
    assert not coarse(g, even[..., ::2, ::2]).equal(fine(g, even)[..., ::2, ::2])


def test_shifts_are_in_pixels_whatever_the_stride() -> None:
    x = noise(image_action(Torus(8, 8)), side=8)
    g = Torus(8, 8).element([[2, 4], [0, 6]])
    fine, coarse = (FieldAction(Torus(8, 8), Trivial(Torus(8, 8)), s, "circular") for s in (1, 2))
    assert coarse(g, x[..., ::2, ::2]).equal(fine(g, x)[..., ::2, ::2])
    assert not coarse.exact  # half a cell has to be interpolated
    halfway = coarse(Torus(8, 8).element([1, 0]), x[..., ::2, ::2])
    torch.testing.assert_close(halfway, (x[..., ::2, ::2] + x[..., ::2, ::2].roll(1, -2)) / 2)


def test_regular_order() -> None:
    assert FIELDS[6].regular_order == 8
    assert FieldAction(Cyclic(4), Regular(Cyclic(4))).regular_order == 4
    with pytest.raises(TypeError, match="copies of a regular representation"):
        _ = FIELDS[4].regular_order


def test_points_alone() -> None:
    action, x = PointwiseAction(Regular(Cyclic(4))), torch.randn(2, 4, 3, 3)
    g = Cyclic(4).element([1])
    assert action(g, x).equal(x.roll(1, dims=1))
    assert (action.group, action.event_dim) == (Cyclic(4), 3)


def broken(group: Group, fibre: Representation, x: Tensor, g: Element | None = None, **options) -> None:
    FieldAction(group, fibre, **options)(group.identity() if g is None else g, x)


C4, ONE = Cyclic(4), torch.zeros(1, 4, 4)


@pytest.mark.parametrize(
    ("error", "message", "arguments", "options"),
    [
        (TypeError, "cannot have fibres that represent SO2", (C4, Irrep(SO2(), 1), ONE), {}),
        (TypeError, "no motion of the plane", (SO3(), Trivial(SO3()), ONE), {}),
        (ValueError, "stride >= 1, got 0", (C4, Trivial(C4), ONE), {"stride": 0}),
        (ValueError, r"needs fields \(\*batch 4 h w\), got \(1, 4, 4\)", (C4, Regular(C4), ONE), {}),
        (ValueError, "3 event axes, got x of shape", (C4, Trivial(C4), ONE[0]), {}),
        (
            TypeError,
            r"moves by elements of Cyclic\(n=4\), got one of SO2",
            (C4, Trivial(C4), ONE, SO2().identity()),
            {},
        ),
        (
            ValueError,
            r"batch \(3,\) cannot move tensors of batch \(2,\)",
            (C4, Trivial(C4), ONE.expand(2, 1, 4, 4), C4.identity(3)),
            {},
        ),
        (ValueError, "wraps around the grid", (Torus(4, 4), Trivial(Torus(4, 4)), ONE), {}),
        (
            ValueError,
            "shifts a 5 x 4 grid, got a field on 4 x 4",
            (Torus(5, 4), Trivial(Torus(5, 4)), ONE),
            {"padding": "circular"},
        ),
    ],
)
def test_errors(error, message, arguments, options) -> None:
    with pytest.raises(error, match=message):
        broken(*arguments, **options)


def test_reading_checks_too() -> None:
    action = FieldAction(C4, Trivial(C4))
    with pytest.raises(TypeError, match="got one of Cyclic"):
        action.read(Cyclic(8).identity(), ONE)
