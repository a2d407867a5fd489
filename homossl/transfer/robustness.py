"""Test data moved step by step: a curve of what is left of a score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from groups import Similarity2
from homossl.data import Data, Moved

Motion = Literal["turn", "zoom", "shift"]
STILL = {"turn": 0.0, "zoom": 1.0, "shift": 0.0}
VALUES = {
    "turn": (0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0),
    "zoom": (0.7, 0.85, 1.0, 1.2, 1.4),
    "shift": (0.0, 2.0, 4.0, 8.0),
}
"""How far test data are moved, where nothing else is said."""
UNITS = {"turn": "degrees", "zoom": "times", "shift": "pixels"}


@dataclass(frozen=True)
class Robustness:
    """The headline of a task on test data turned (degrees), zoomed (times) or shifted to the right (pixels).

    Data that can be rendered anew when moved are (`spec.moved`); images are resampled, with zeros beyond the border.

    Raises:
        ValueError: the motion is none of these, or a zoom is not positive.
    """

    motion: Motion = "turn"
    """What is done to test data."""
    values: tuple[float, ...] = ()
    """How far; seven angles up to 180 degrees, five zooms or four shifts if not given."""

    def __post_init__(self) -> None:
        if self.motion not in get_args(Motion):
            raise ValueError(f"Robustness.motion is one of {get_args(Motion)}, got {self.motion!r}")
        if self.motion == "zoom" and min(self.values, default=1.0) <= 0:
            raise ValueError(f"Robustness.values: zooms are positive, got {self.values}")
        object.__setattr__(self, "values", self.values or VALUES[self.motion])

    def still(self, value: float) -> bool:
        """Whether this moves nothing."""
        return value == STILL[self.motion]

    def moved(self, data: Data, value: float) -> Data:
        """The data, moved so far."""
        moved: Any = getattr(data, "moved", None)
        if moved is not None:
            return moved(**{self.motion: (value, 0.0) if self.motion == "shift" else value})
        return Moved(data, Similarity2(), radius=0.0, about=self._algebra(value))

    def _algebra(self, value: float) -> tuple[float, ...]:
        match self.motion:
            case "turn":
                return (math.radians(value), 0.0, 0.0, 0.0)
            case "zoom":
                return (0.0, math.log(value), 0.0, 0.0)
            case "shift":
                return (0.0, 0.0, value, 0.0)
