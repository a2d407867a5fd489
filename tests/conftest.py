"""How Hypothesis searches, how many threads torch takes, and the floating types that laws are tested in."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, settings

settings.register_profile(
    "homossl", deadline=None, print_blob=True, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("homossl"), max_examples=1000)
settings.load_profile("homossl")

torch.set_num_threads(1)  # the test workers share the cores


# Of session scope, because Hypothesis runs many examples within one call of a test function.
@pytest.fixture(scope="session", params=[torch.float32, torch.float64], ids=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    """Each floating type that laws must hold in."""
    return request.param
