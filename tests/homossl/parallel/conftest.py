import sys
from pathlib import Path

import pytest

from homossl.train import train

sys.path.insert(0, str(Path(__file__).parent))  # for `cases` and `forked`, here and in the processes that tests start


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """What one process makes of a recipe, undisturbed."""
    from cases import alone

    train(alone, run := tmp_path_factory.mktemp("whole"), show=False)
    return run
