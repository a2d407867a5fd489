"""What makes a test repeat itself: Hypothesis' search, torch's seed and threads; and the floating types of the laws."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, settings

settings.register_profile(
    "homossl",
    deadline=None,
    derandomize=True,  # the same examples every time: `thorough` is for finding new ones
    print_blob=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("homossl"), derandomize=False, max_examples=1000)
settings.load_profile("homossl")

torch.set_num_threads(1)  # the test workers share the cores


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """No test, and no fixture that it is the first to ask for, depends on what ran before it."""
    torch.manual_seed(0)


# Of session scope, because Hypothesis runs many examples within one call of a test function.
@pytest.fixture(scope="session", params=[torch.float32, torch.float64], ids=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    """Each floating type that laws must hold in."""
    return request.param
