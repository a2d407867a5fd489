import pytest

from homossl.train.bounds import at_least


def test_what_is_below_its_bound_is_named():
    at_least(1, seeds=1, threads=None)
    with pytest.raises(ValueError, match="epochs must be at least 0, got -1"):
        at_least(0, seed=0, epochs=-1)
