"""Measured values as JSON can hold them."""

from __future__ import annotations

import math
from typing import Any


def null_for_infinite(value: Any) -> Any:
    """A value for JSON, which has no infinities and nothing that is not a number."""
    if isinstance(value, dict):
        return {key: null_for_infinite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [null_for_infinite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
