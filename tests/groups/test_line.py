"""Signals are moved by shifts, cyclic shifts and stretches; whole shifts copy cells, and windows are read in place."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO2, Affine1, Cyclic, Gain, LineAction, Regular, Torus, Translation, Trivial, signal_action
from groups.correlation import correlation
from groups.line import line
from groups.strategies import elements


def signals(n: int = 2, t: int = 12) -> torch.Tensor:
    return torch.randn(n, 3, t, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@given(k=st.integers(0, 11))
def test_cyclic_shifts_roll(k: int) -> None:
    action = signal_action(Cyclic(12), 3)
    assert torch.equal(action(Cyclic(12).element([k]), signals()), signals().roll(k, -1))


@given(k=st.integers(-12, 12))
def test_whole_shifts_copy_cells_and_lose_what_leaves(k: int) -> None:
    moved = signal_action(Translation(1), 3)(Translation(1).element([float(k)]), signals())
    kept = torch.zeros_like(signals())
    kept[..., max(k, 0) : 12 + min(k, 0)] = signals()[..., max(-k, 0) : 12 - max(k, 0)]
    assert torch.equal(moved, kept)


def test_half_a_cell_is_between_two() -> None:
    moved = signal_action(Translation(1), 3, "circular")(Translation(1).element([0.5]), signals())
    torch.testing.assert_close(moved, (signals() + signals().roll(1, -1)) / 2)


def test_a_stretch_by_two_puts_cells_twice_as_far_from_the_centre() -> None:
    x = torch.arange(5.0).expand(1, 5)
    moved = signal_action(Affine1(), 1)(Affine1().element([math.log(2.0), 0.0]), x)
    torch.testing.assert_close(moved, torch.tensor([[1.0, 1.5, 2.0, 2.5, 3.0]]))


@given(g=elements(Affine1(), (3,)), h=elements(Affine1(), (3,)), u=st.floats(-5, 5))
def test_the_line_is_moved_by_a_homomorphism(g, h, u) -> None:
    (a, x), (b, y), (c, z) = line(g), line(h), line(g @ h)
    torch.testing.assert_close(c * u + z, a * (b * u + y) + x)


def test_control_the_other_order_is_another_motion() -> None:
    stretch, shift = Affine1().element([0.5, 0.0]), Affine1().element([0.0, 2.0])
    assert Affine1().distance(stretch @ shift, shift @ stretch) > 0.5


@pytest.mark.parametrize("group", [Cyclic(12), Translation(1), Affine1()], ids=str)
@given(data=st.data(), cells=st.integers(1, 12))
def test_a_window_is_read_in_place(group, data, cells) -> None:
    action, g = signal_action(group, 3), data.draw(elements(group, (4, 2)))
    region = action.region((3, 12), cells)
    torch.testing.assert_close(action.read(g, signals(), region), action.crop(action(g, signals()), region))
    assert action.mean(g, signals(), region).shape == (4, 2, 3, 1)


@pytest.mark.parametrize("group", [Translation(1), Affine1()], ids=str)
def test_smooth_signals_are_moved_by_the_law_within_tolerance(group) -> None:
    action, radius = signal_action(group, 1), (2.0,) if group == Translation(1) else (0.1, 2.0)
    rng = torch.Generator().manual_seed(0)
    g, h = (group.ball(radius, 16, generator=rng, dtype=torch.float64) for _ in range(2))
    x = action.inputs(16, rng, size=64)
    both, once, wrong = action(g, action(h, x)), action(g @ h, x), action(~g, action(h, x))
    seen = action.seen(g, x.shape)[:, None] & action.seen(g @ h, x.shape)[:, None]
    assert ((both - once) * seen).norm() / once.norm() < action.tolerance
    assert ((wrong - once) * seen).norm() / once.norm() > 2 * action.tolerance  # control


@given(k=st.integers(0, 5))
def test_strides_count_in_cells_of_the_input(k: int) -> None:
    fine, coarse = signal_action(Cyclic(12), 3), LineAction(Cyclic(12), Trivial(Cyclic(12), 3), 2, "circular")
    g = Cyclic(12).element([2 * k])
    assert torch.equal(coarse(g, signals()[..., ::2]), fine(g, signals())[..., ::2])
    assert not coarse.exact
    assert bool(coarse.keeps_grid(g[None], (3, 6)))
    assert not coarse.keeps_grid(Cyclic(12).element([2 * k + 1])[None], (3, 6))


def test_what_leaves_the_line_is_not_seen() -> None:
    action, g = signal_action(Translation(1), 3), Translation(1).element(torch.tensor([[0.0], [2.0], [0.5]]))
    assert action.seen(g, (3, 5)).tolist() == [[True] * 5, [False, False, True, True, True], [False, *[True] * 4]]
    assert action.keeps_grid(g, (3, 5)).tolist() == [True, False, False]


def test_fibres_of_the_group_are_moved_too() -> None:
    g = Cyclic(4).element([1])
    action = LineAction(Cyclic(4), Regular(Cyclic(4)), padding="circular")
    x = torch.arange(16.0).reshape(4, 4)
    assert torch.equal(action(g, x), x.roll(1, 0).roll(1, 1))


def test_correlation_finds_the_shift() -> None:
    action, g = signal_action(Cyclic(12), 3), Cyclic(12).element(torch.tensor([[5], [7]]))
    scores = correlation(action, signals(), action(g, signals()))
    assert scores.argmax(1).tolist() == [5, 7]


@pytest.mark.parametrize(
    ("error", "match", "make"),
    [
        (TypeError, "does not move a line", lambda: signal_action(SO2())),
        (TypeError, "does not move a line", lambda: signal_action(Translation(2))),
        (TypeError, "does not move a line", lambda: signal_action(Torus(1, 4))),
        (TypeError, "cannot have fibres", lambda: LineAction(Translation(1), Trivial(SO2()))),
        (ValueError, "padding is 'circular'", lambda: signal_action(Cyclic(4), padding="zeros")),
        (ValueError, "padding is one of", lambda: signal_action(Translation(1), padding="same")),  # type: ignore
        (ValueError, "stride >= 1", lambda: LineAction(Translation(1), Trivial(Translation(1)), 0)),
        (ValueError, "shifts 4 cells around, got a signal on 5", lambda: _moved(Cyclic(4), torch.zeros(1, 5))),
        (ValueError, "needs signals", lambda: _moved(Cyclic(4), torch.zeros(2, 4))),
        (ValueError, "window of 5 cells", lambda: signal_action(Cyclic(4)).region((1, 4), 5)),
    ],
)
def test_what_moves_no_signals_is_refused(error, match, make) -> None:
    with pytest.raises(error, match=match):
        make()


def _moved(group, x):
    return signal_action(group)(group.identity(), x)


@given(g=elements(Translation(1), (2,)), h=elements(Translation(1), (2,)))
def test_gains_compose(g, h) -> None:
    for gain, x in ((Gain(event_dim=2), signals()), (Gain(unit=60.0, event_dim=2), signals())):
        torch.testing.assert_close(gain(g, gain(h, x)), gain(g @ h, x))


def test_decibels_of_amplitudes_add_up_in_a_log_spectrogram() -> None:
    g, a = Translation(1).element([20.0]).to(torch.float64), signals().abs() + 0.1
    louder = Gain(event_dim=2)(g, a)
    torch.testing.assert_close(louder, 10 * a)
    torch.testing.assert_close(20 * louder.log10() / 60, Gain(60.0, event_dim=2)(g, 20 * a.log10() / 60))


@pytest.mark.parametrize("options", [{"unit": 0.0}, {"unit": -1.0}, {"event_dim": 0}])
def test_gains_without_meaning_are_refused(options) -> None:
    with pytest.raises(ValueError, match=r"Gain\."):
        Gain(**options)


@given(rows=st.integers(0, 3), columns=st.integers(0, 4))
def test_boxes_of_shifts_bound_rows_and_columns_apart(rows: int, columns: int) -> None:
    drawn = Torus(9, 11).ball((rows, columns), 200, generator=torch.Generator().manual_seed(0)).params
    far = torch.minimum(drawn, torch.tensor([9, 11]) - drawn)
    assert (far <= torch.tensor([rows, columns])).all()
    assert len(drawn.unique(dim=0)) > (2 * rows + 1) * (2 * columns + 1) / 2
    with pytest.raises(ValueError, match="one for rows and one for columns"):
        Torus(3, 3).ball((1, 1, 1))
