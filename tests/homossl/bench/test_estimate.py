"""Intervals of ratios hold the truth as often as they say, whatever slows both sides of a round."""

import math

import numpy as np
import pytest
from scipy.stats import t

from homossl.bench.estimate import Estimate, estimate, ratio

ROUNDS, TRUTH, DRAWS = 8, 1.3, 400


def measured(rng):
    """Times of two arms whose ratio is TRUTH, in rounds through which the machine drifts by a factor of 10."""
    slow = np.geomspace(1, 10, ROUNDS)
    a, b = (factor * slow * np.exp(0.1 * rng.normal(size=ROUNDS)) for factor in (TRUTH, 1.0))
    return a.tolist(), b.tolist()


def test_the_interval_is_students_for_the_mean_log():
    a, b = measured(np.random.default_rng(0))
    logs = np.log(a) - np.log(b)
    half = t.ppf(0.975, ROUNDS - 1) * logs.std(ddof=1) / math.sqrt(ROUNDS)
    found = ratio(a, b)
    ends = found.low, found.value, found.high
    assert ends == pytest.approx(np.exp(logs.mean() + np.array([-half, 0, half])))
    assert ends != pytest.approx(np.exp(logs.mean() + 1.96 / half * np.array([-half, 0, half])), rel=1e-3), (
        "the control"
    )


def test_it_holds_the_true_ratio_in_95_percent_of_benchmarks():
    rng = np.random.default_rng(1)
    found = [ratio(*measured(rng)) for _ in range(DRAWS)]
    holds = [each.low <= TRUTH <= each.high for each in found]
    holds_one = [each.low <= 1 <= each.high for each in found]
    assert abs(np.mean(holds) - 0.95) < 4 * math.sqrt(0.95 * 0.05 / DRAWS)
    assert np.mean(holds_one) < 0.1, "the control: a ratio that is not the true one"


def test_rounds_that_are_not_shared_tell_nothing():
    a, b = measured(np.random.default_rng(2))
    within, across = ratio(a, b), ratio(a, b[::-1])
    assert within.high / within.low < 1.5
    assert across.high / across.low > 5, "the control"


def test_an_estimate_is_scaled_and_shown():
    assert 2 * Estimate(1.0, 0.5, 2.0) == Estimate(2.0, 1.0, 4.0)
    assert str(Estimate(1.0, 0.5, 2.0)) == "1.00 (0.50–2.00)"


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 0.0], [1.0, -1.0]])
def test_a_lone_time_has_no_interval(values):
    with pytest.raises(ValueError, match="two or more values above zero"):
        estimate(values)


def test_rounds_must_match():
    with pytest.raises(ValueError, match="got 2 and 3"):
        ratio([1.0, 2.0], [1.0, 2.0, 3.0])
