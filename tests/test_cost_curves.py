"""The cost curves over the order of a group: every task runs, and an exponent is a slope."""

from __future__ import annotations

import pytest

from experiments.cost_curves import LARGE, ORDERS, exponent, kept, table
from experiments.cost_picture import picture
from experiments.cost_pieces import CURVES, Size

SMALL = Size(rounds=2, batch=2, side=5, channels=8, embedding=4)


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_the_exponent_of_a_power_is_that_power(power):
    rounds = [[scale * order**power for order in ORDERS] for scale in (1.0, 3.0)]
    for first in (0, LARGE):
        assert exponent(rounds, first).mean == pytest.approx(power, abs=1e-12)
    late = [[1.0] * LARGE + [order**power for order in ORDERS[LARGE:]]] * 2
    assert (exponent(late).mean == pytest.approx(power)) == (power == 0)  # control: no power of all orders


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
@pytest.mark.parametrize("order", [2, 4])
def test_every_task_runs_again_and_again(curve, order):
    task = curve.prepare(order, SMALL)
    task(), task()


def test_what_was_measured_is_written_and_drawn():
    seconds = {curve.name: [[1e-3 * order for order in ORDERS]] * 2 for curve in CURVES}
    assert len(list(table(seconds))) == len(CURVES) + 2
    assert kept(SMALL, seconds, [1.0] * len(ORDERS))["exponents"][CURVES[0].name]["all"]["mean"] == pytest.approx(1)
    assert len(picture(ORDERS, seconds).axes) >= len(CURVES)
