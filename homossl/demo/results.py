"""What was measured: accuracies of every arm and seed, and times of a step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from homossl.report import machine
from homossl.sweep.outcome import Outcome


@dataclass(frozen=True)
class Timing:
    """Milliseconds per step of each arm in each round; in a round, the arms take turns of `steps` steps."""

    rounds: int
    steps: int
    ms: Mapping[str, Sequence[float]]

    def typical(self, arm: str) -> float:
        """The median over rounds."""
        return median(self.ms[arm])

    def ratio(self, arm: str, to: str) -> float:
        """The median over rounds of the ratio within a round."""
        return median(a / b for a, b in zip(self.ms[arm], self.ms[to], strict=True))


@dataclass(frozen=True)
class Results(Outcome):
    """Scores of every arm by seed, the folder of every (arm, seed), and times."""

    timing: Timing

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        return {
            "machine": machine(),
            "recipes": {arm.name: json.loads(arm.recipe.to_json()) for arm in self.arms},
            "accuracy": {name: list(scores) for name, scores in self.scores.items()},
            "ms_per_step": {name: list(ms) for name, ms in self.timing.ms.items()},
        }
