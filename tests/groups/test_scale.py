"""Zooms, and fields over scales and turns: whole steps are exact, what is clipped never comes back."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import (
    SE2,
    Affine2,
    Cyclic,
    Dihedral,
    DirectProduct,
    Element,
    Field,
    Regular,
    Scale,
    ScaleField,
    ScaleSpace,
    Similarity2,
    Translation,
    image_action,
    infinitesimal,
    point_group,
    scale_field,
)
from groups.charts import chart
from groups.lattice import has_shifts
from groups.plane import affine
from groups.scale_space import hat
from groups.smooth import waves
from groups.strategies import elements
from proofs_check import laws

STEP = math.log(2) / 2
BOTH = DirectProduct(Cyclic(4), Scale())


def values(space: ScaleSpace, k: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(3, k * space.dim, generator=generator, dtype=torch.float64)


def zoom(steps: float, turn: int = 0) -> Element:
    return BOTH.element([turn, steps * STEP], dtype=torch.float64)


def test_zooms_stretch_the_plane() -> None:
    g = Scale().element([math.log(2)], dtype=torch.float64)
    expected = torch.diag(torch.tensor([2.0, 2.0, 1.0], dtype=torch.float64))
    torch.testing.assert_close(affine(g), expected)
    torch.testing.assert_close(affine(g @ g)[0, 0], torch.tensor(4.0, dtype=torch.float64))
    assert chart(BOTH).names == ("turn", "log_scale")
    assert point_group(BOTH) == Cyclic(4)
    assert not has_shifts(BOTH)
    assert has_shifts(Similarity2())


@settings(max_examples=20)
@given(data=st.data())
def test_turn_and_zoom_are_one_similarity(data) -> None:
    g = data.draw(elements(BOTH))
    turn, s = (part.params[..., 0] for part in BOTH.split(g))
    same = Similarity2().element(torch.stack([turn * math.pi / 2, s, 0 * s, 0 * s], dim=-1))
    torch.testing.assert_close(affine(g), affine(same))


def test_other_products_do_not_move_the_plane() -> None:
    with pytest.raises(TypeError, match="expected turns and zooms"):
        affine(DirectProduct(Translation(2), Scale()).identity())


@settings(max_examples=20)
@given(turns=st.integers(0, 3), more=st.integers(0, 3), first=st.integers(0, 1), second=st.integers(0, 1))
def test_law_where_nothing_is_lost(turns, more, first, second) -> None:
    space = ScaleSpace(BOTH, scales=5, turns=4, step=STEP)
    x = values(space).unflatten(-1, (4, 5)) * torch.tensor([0.0, 1, 1, 0, 0], dtype=torch.float64)
    g, h = zoom(first, turns), zoom(second, more)
    assert laws.action_composition(space, g, h, x.flatten(1)) < 1e-12
    assert laws.action_identity(space, x.flatten(1)) < 1e-12


class Circular(ScaleSpace):
    """Scales that wrap around."""

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        moved = torch.eye(self.dim, dtype=dtype).unflatten(0, (self.turns, self.scales))
        return moved.roll(int(self.steps(g)[1].round()), 1).flatten(0, 1)


def test_what_is_clipped_never_comes_back() -> None:
    space, x = ScaleSpace(BOTH, scales=3, turns=4, step=STEP), torch.ones(12, dtype=torch.float64)
    there = space(zoom(2), x)
    assert there.unflatten(0, (4, 3))[0].tolist() == pytest.approx([0, 0, 1])
    back = space(zoom(-2), there)
    assert back.unflatten(0, (4, 3))[0].tolist() == pytest.approx([1, 0, 0])
    wrapped = Circular(BOTH, scales=3, turns=4, step=STEP)
    assert wrapped(zoom(-2), wrapped(zoom(2), x)).tolist() == x.tolist()


def test_other_zooms_and_turns_are_interpolated() -> None:
    space = ScaleSpace(Similarity2(), scales=3, turns=4, step=STEP)
    x = torch.arange(12, dtype=torch.float64)
    half = Similarity2().element([0.0, STEP / 2, 0.0, 0.0], dtype=torch.float64)
    assert space(half, x)[:3].tolist() == pytest.approx([0, 0.5, 1.5])
    eighth = Similarity2().element([math.pi / 4, 0.0, 0.0, 0.0], dtype=torch.float64)
    assert space(eighth, x)[:3].tolist() == pytest.approx([4.5, 5.5, 6.5])  # half of its own angle, half of the last


def test_pooled_axes_stay() -> None:
    space = ScaleSpace(BOTH, scales=1, turns=4, step=STEP)
    assert space(zoom(2.5), torch.arange(4.0)).tolist() == [0, 1, 2, 3]
    assert space.on_axis(zoom(2.5)).all()


def test_seen_are_the_points_whose_source_is_known() -> None:
    field = scale_field(ScaleSpace(BOTH, scales=4, turns=4, step=STEP), 2)
    ones = torch.ones(32, 9, 9, dtype=torch.float64)
    for steps, turn in ((1, 0), (-2, 1), (0, 3)):
        g = zoom(steps, turn)
        seen, moved = field.seen(g, (32, 9, 9)), field(g, ones)
        assert seen.shape == (32, 9, 9)
        assert moved[seen].min() > 1 - 1e-9
        assert (moved[~seen] < 1 - 1e-9).all()
    assert field.keeps_grid(zoom(0, 1), (32, 9, 9))
    assert not field.keeps_grid(zoom(1), (32, 9, 9))


def test_a_field_moves_its_places_and_its_fibres() -> None:
    field, g = scale_field(ScaleSpace(BOTH, scales=4, turns=4, step=STEP), 2), zoom(1, 1)
    z = waves(1, 32, 17, 17, torch.Generator().manual_seed(0))[0]
    places = image_action(BOTH, 32)(g, z).reshape(2, 4, 4, 17, 17)
    expected = torch.zeros_like(places)
    expected[:, :, 1:] = places.roll(1, 1)[:, :, :-1]
    torch.testing.assert_close(field(g, z), expected.flatten(0, 2), rtol=0, atol=1e-12)
    assert isinstance(field, Field)


def test_windows_points_and_readings() -> None:
    field = scale_field(ScaleSpace(Similarity2(), scales=3, turns=4, step=STEP), 2, stride=2)
    g = Similarity2().ball((0.4, 0.2, 1.0, 1.0), 2, 3, generator=torch.Generator().manual_seed(0))
    z = waves(3, 24, 9, 9, torch.Generator().manual_seed(1)).float()
    region = field.region((24, 9, 9), field.cells(6))
    torch.testing.assert_close(field.read(g, z, region), field.crop(field(g, z), region), rtol=0, atol=1e-6)
    torch.testing.assert_close(field.mean(g, z, region), field.average(field.read(g, z, region)), rtol=0, atol=1e-6)
    assert field.from_points(field.points(z), (24, 9, 9)).equal(z)
    assert field.points(z).shape == (3, 2, 4 * 3 * 81)
    assert [part.shape[1] for part in field.readings(z)] == [24, 2]
    assert not field.keeps((24, 9, 9), region)  # shifts move the centre


def test_invariants_stay_while_nothing_is_clipped() -> None:
    field = scale_field(ScaleSpace(BOTH, scales=3, turns=4, step=STEP), 2)
    z = torch.rand(5, 24, 9, 9, dtype=torch.float64)
    moved = field.readings(field(zoom(0, 1), z))
    torch.testing.assert_close(moved[1], field.readings(z)[1])
    assert not torch.allclose(moved[0], field.readings(z)[0])


def test_velocity_is_the_slope_of_small_motions() -> None:
    field = scale_field(ScaleSpace(Similarity2(), scales=4, turns=8, step=STEP), 1)
    z = torch.rand(32, 1, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    v = torch.tensor([0.3, 0.2, 0.0, 0.0], dtype=torch.float64)
    along = [one * v for one in (torch.tensor([1.0, 0, 0, 0]), torch.tensor([0, 1.0, 0, 0]))]
    for one in along:  # linear on either side of no motion
        ahead, behind = (field(Similarity2().exp(t * one), z) for t in (0.1, -0.1))
        slope = infinitesimal(field, one, z)
        assert laws.relative_error(slope, (ahead - behind) / 0.2) < 1e-10
        assert laws.relative_error(-slope, (ahead - behind) / 0.2) > 1


def test_hat_interpolates() -> None:
    assert hat(torch.tensor([-1.5, -1.0, -0.25, 0.0, 0.5])).tolist() == [0, 0, 0.75, 1, 0.5]


def test_scrambled_is_no_action() -> None:
    field = scale_field(ScaleSpace(BOTH, scales=3, turns=4, step=STEP), 1)
    z, g = torch.rand(12, 9, 9, dtype=torch.float64), zoom(0, 1)
    wrong = field.scrambled(0)
    assert laws.action_identity(wrong, z) < 1e-6
    assert laws.action_composition(wrong, g, g, z) > 0.1
    assert laws.action_composition(field, g, g, z) < 1e-12


@pytest.mark.parametrize(
    ("error", "message", "make"),
    [
        (ValueError, "scales >= 1, turns >= 1 and a step > 0", lambda: ScaleSpace(Scale(), scales=0)),
        (ValueError, "scales >= 1, turns >= 1 and a step > 0", lambda: ScaleSpace(Scale(), step=0.0)),
        (ValueError, "multiple of 4 turns, got 6", lambda: ScaleSpace(BOTH, turns=6)),
        (TypeError, "moved by turns, zooms and shifts", lambda: ScaleSpace(Dihedral(4))),
        (TypeError, "no point group", lambda: ScaleSpace(Affine2())),
        (TypeError, "copies of a ScaleSpace", lambda: ScaleField(Cyclic(4), 2 * Regular(Cyclic(4)))),
        (TypeError, "cannot have fibres", lambda: ScaleField(SE2(), 2 * ScaleSpace(Scale()))),
    ],
)
def test_errors(error, message, make) -> None:
    with pytest.raises(error, match=message):
        make()
