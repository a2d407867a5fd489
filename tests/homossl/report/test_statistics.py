from __future__ import annotations

import math

import pytest
from scipy import stats

from homossl.report import Interval, interval, paired

A, B = [84.8, 79.2, 81.0], [68.4, 70.1, 66.9]


def test_by_hand() -> None:
    # Differences 1, 2, 3: mean 2, standard deviation 1, t_{0.975, 2} = 4.302653.
    gain = paired([2.0, 4.0, 6.0], [1.0, 2.0, 3.0])
    assert gain.mean == 2
    assert gain.half == pytest.approx(4.302653 / math.sqrt(3), abs=1e-6)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_agrees_with_scipy(level: float) -> None:
    mean, gain = interval(A, level), paired(A, B, level)
    single = stats.ttest_1samp(A, 0).confidence_interval(level)
    pair = stats.ttest_rel(A, B).confidence_interval(level)
    assert mean.half is not None
    assert gain.half is not None
    assert (mean.mean - mean.half, mean.mean + mean.half) == pytest.approx(tuple(single))
    assert (gain.mean - gain.half, gain.mean + gain.half) == pytest.approx(tuple(pair))


def test_pairing_matters() -> None:
    """What the seeds share cancels in pairs, and only there."""
    shared = [10.0, 50.0, 90.0]
    gain = paired([x + 1 for x in shared], shared)
    assert gain == Interval(1.0, 0.0)
    assert paired([11.0, 51.0, 91.0], [90.0, 10.0, 50.0]).half != pytest.approx(0)


def test_one_seed_has_no_interval() -> None:
    assert interval([84.8]) == Interval(84.8)
    assert f"{interval([84.8])}" == "84.8"


def test_signs_and_digits() -> None:
    assert f"{Interval(-1.04, 0.26):+.1f}" == "−1.0 ± 0.3"
    assert f"{Interval(7.25, 0.5):+.2f}" == "+7.25 ± 0.50"


@pytest.mark.parametrize(("values", "level"), [([], 0.95), ([1.0], 0.0), ([1.0], 1.0)])
def test_refuses(values: list[float], level: float) -> None:
    with pytest.raises(ValueError, match="interval needs values"):
        interval(values, level)


def test_refuses_odd_pairs() -> None:
    with pytest.raises(ValueError, match="got 3 and 2"):
        paired(A, B[:2])
