"""Bins and Algebra: how motions are written as labels."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from groups import O2, SE2, SO2, SO3, Affine2, Cyclic, Dihedral, DirectProduct, Similarity2, Torus, Translation
from groups.strategies import elements, vectors
from homossl.objectives import Algebra, Bins
from proofs_check.examples import noise

SIMILAR = Bins(low=(None, -1.0, -8.0, -8.0), high=(None, 1.0, 8.0, 8.0))


def test_the_digits_of_finite_groups_are_their_own_classes():
    for group in (Cyclic(5), Dihedral(3), Torus(2, 3)):
        assert Bins().width(group) == sum(group.moduli)
        assert torch.equal(Bins().labels(group.elements()), group.elements().params)


@pytest.mark.parametrize("count", [1, 4, 7])
def test_a_circle_is_binned_as_the_nearest_turn(count):
    turns = torch.arange(-count, count + 1, dtype=torch.float64)
    for off in (0.0, 0.4, -0.4):
        angles = SO2().element((turns + off)[:, None] * 2 * math.pi / count)
        assert Bins(count).labels(angles)[:, 0].tolist() == (turns % count).long().tolist()


def test_bounds_make_a_line_of_a_circle():
    angles = SO2().element(torch.tensor([[-3.0], [-0.9], [0.1], [0.9], [3.0]]))
    assert Bins(4, low=(-1.0,), high=(1.0,)).labels(angles)[:, 0].tolist() == [0, 0, 2, 3, 3]
    assert Bins(4, low=(-1.0,), high=(1.0,)).width(SO2()) == 4


def test_halves_go_to_the_even_bin():
    shifts = Translation(1).element([[-1.0], [0.0], [0.5], [1.0]])
    assert Bins(4, low=(-1.0,), high=(1.0,)).labels(shifts)[:, 0].tolist() == [0, 2, 2, 3]


@given(st.data())
def test_a_label_is_the_bin_that_holds_the_value(data):
    g = data.draw(elements(Similarity2(), (5,)))
    labels, (angle, *rest) = SIMILAR.labels(g).T, g.params.T
    assert ((labels >= 0) & (labels < 6)).all()
    turn = (angle - labels[0] * math.pi / 3) / (2 * math.pi)
    assert ((turn - turn.round()).abs() <= 1 / 12 + 1e-9).all()
    for v, label, high in zip(rest, labels[1:], (1.0, 8.0, 8.0), strict=True):
        centre = high * ((2 * label.double() + 1) / 6 - 1)
        assert ((v.clamp(-high, high) - centre).abs() <= high / 6 + 1e-9).all()


def test_factors_have_their_bins_side_by_side():
    group = DirectProduct(Cyclic(3), SO2())
    g = group.element([[2.0, 0.0], [1.0, math.pi / 2]])
    assert Bins(4).width(group) == 7
    assert Bins(4).labels(g).tolist() == [[2, 0], [1, 1]]
    assert Bins(5).width(SO3()) == 15


def test_the_loss_is_the_mean_cross_entropy_and_the_terms_name_the_coordinates():
    group = Dihedral(3)
    g, said = group.sample(6, generator=torch.Generator().manual_seed(0)), noise(6, 5)
    losses, terms = Bins().compare(said, g)
    flip, turn = F.cross_entropy(said[:, :2], g.params[:, 0]), F.cross_entropy(said[:, 2:], g.params[:, 1])
    torch.testing.assert_close(losses.mean(), (flip + turn) / 2)
    flips, turns = said[:, :2].argmax(1) == g.params[:, 0], said[:, 2:].argmax(1) == g.params[:, 1]
    assert set(terms) == {"accuracy", "accuracy.flip", "accuracy.turn"}
    assert torch.equal(terms["accuracy.turn"], turns.double())
    torch.testing.assert_close(terms["accuracy"], (flips.double() + turns.double()) / 2)


@pytest.mark.parametrize("group", [SE2(), Affine2(), Translation(2)], ids=str)
def test_a_coordinate_without_bounds_is_named(group):
    name = "a" if group == Affine2() else "x"
    with pytest.raises(
        ValueError, match=rf"Bins.low and Bins.high must bound the coordinate {name}, .* got None, None"
    ):
        Bins().width(group)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (Bins(low=(0.0,)), r"Bins.low must hold a value or None for each of x, y, got \(0.0,\)"),
        (Bins(low=(0.0, 1.0), high=(1.0, 1.0)), "the coordinate y, low < high, got 1.0, 1.0"),
    ],
)
def test_bounds_that_do_not_fit_are_refused(code, message):
    with pytest.raises(ValueError, match=message):
        code.width(Translation(2))


def test_no_bins_are_refused():
    for count in (0, 2.5):
        with pytest.raises(ValueError, match=rf"Bins.count must be a whole number, at least 1, got {count}"):
            Bins(count)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"Bins.published: size must be a whole number, at least 1, got 0"):
        Bins.published(0)


@pytest.mark.parametrize("bounds", [[0.0, 1.0], 1.0, (0.0, math.nan), (math.inf,)])
def test_bounds_are_tuples_of_numbers(bounds):
    with pytest.raises(ValueError, match=r"Bins.high must be None or a tuple of finite numbers and None, got"):
        Bins(high=bounds)


@given(st.data())
@pytest.mark.parametrize("group", [SO2(), SE2(), Similarity2(), SO3(), Affine2()], ids=str)
def test_algebra_is_the_squared_error_of_the_logarithm(group, data):
    v, said = data.draw(vectors(group, (3,))), noise(3, group.algebra_dim)
    losses, terms = Algebra().compare(said, group.exp(v))
    torch.testing.assert_close(losses, (said - v).square().sum(1), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(terms["error.0"], (said - v)[:, 0].abs(), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(terms["distance"], group.distance(group.exp(said), group.exp(v)))
    exact, none = Algebra().compare(v, group.exp(v))
    torch.testing.assert_close(exact, torch.zeros(3).double(), rtol=0, atol=1e-10)
    torch.testing.assert_close(none["distance"], torch.zeros(3).double(), rtol=0, atol=1e-5)


def test_the_scale_is_the_unit_of_each_coordinate():
    code, v, said = Algebra(scale=(1.0, 4.0, 8.0)), noise(3, 3, seed=1), noise(3, 3)
    losses, terms = code.compare(said, SE2().exp(v))
    units = torch.tensor([1.0, 4.0, 8.0]).double()
    torch.testing.assert_close(losses, (said - v / units).square().sum(1))
    torch.testing.assert_close(terms["error.2"], (8 * said - v)[:, 2].abs())
    assert not torch.allclose(losses, Algebra().compare(said, SE2().exp(v))[0])


@pytest.mark.parametrize("group", [Cyclic(4), O2(), DirectProduct(SO2(), SO2())], ids=str)
def test_groups_without_logarithm_are_refused(group):
    with pytest.raises(
        TypeError, match=r"Algebra needs motions of a Lie group other than O2, .* got (Cyclic|O2|Direct)"
    ):
        Algebra().width(group)


def test_a_motion_without_logarithm_is_named():
    flip = Affine2().element([[1.0, 0, 0, 1, 0, 0], [-1.0, 0, 0, 2, 0, 0]])
    with pytest.raises(ValueError, match=r"motions with a logarithm, got \[-1.0, 0.0, 0.0, 2.0, 0.0, 0.0\] of Affine2"):
        Algebra().compare(torch.zeros(2, 6), flip)


def test_units_must_fit():
    with pytest.raises(ValueError, match=r"Algebra.scale must hold 3 units for SE2\(\), got \(1.0, 2.0\)"):
        Algebra((1.0, 2.0)).width(SE2())
    for scale in ((), (1.0, 0.0), (math.nan,), (math.inf,), [1.0]):
        with pytest.raises(ValueError, match=r"Algebra.scale must be a tuple of positive units, got [(\[]"):
            Algebra(scale)
