import math

import pytest

from homossl.train.schedule import Cosine


def test_warm_up_rises_linearly_to_one():
    assert [Cosine(warmup=2).factor(step, 100, 5) for step in range(10)] == [(step + 1) / 10 for step in range(10)]


def test_cosine_falls_from_one_to_final():
    spec = Cosine(warmup=1, final=0.1)
    assert spec.factor(5, 105, 5) == 1
    assert spec.factor(55, 105, 5) == pytest.approx(0.55)
    assert spec.factor(30, 105, 5) == pytest.approx(0.1 + 0.9 * (1 + math.cos(math.pi / 4)) / 2)
    assert spec.factor(105, 105, 5) == pytest.approx(0.1)


def test_final_one_is_a_constant_rate():
    assert {Cosine(final=1).factor(step, 7, 1) for step in range(7)} == {1.0}


def test_negative_warm_up_is_refused():
    with pytest.raises(ValueError, match="warmup and final must be at least 0, got -1 and 0"):
        Cosine(warmup=-1)
