"""What was measured: accuracies of every arm and seed, and times of a step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch

from homossl.demo.arms import Arm
from homossl.demo.tasks import Scores
from homossl.report import Curve, Interval, interval, machine, paired
from homossl.train.logs import METRICS

KEPT, POOLED = "pose kept", "pooled"
HEADLINE, OTHERS = "5 labels per class", ("1-NN", "linear")


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
class Results:
    """Scores of every arm by seed, times, and the folder of every (arm, seed)."""

    arms: tuple[Arm, ...]
    scores: Mapping[str, Sequence[Scores]]
    timing: Timing
    folders: Mapping[tuple[str, int], Path]

    @property
    def seeds(self) -> int:
        """Runs of each arm."""
        return len(next(iter(self.scores.values())))

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    def accuracies(self, arm: str, protocol: str = HEADLINE, readout: str = KEPT) -> list[float]:
        """Test accuracy in percent of each seed."""
        return [100 * scores[readout][protocol]["mean"] for scores in self.scores[arm]]

    def mean(self, arm: str, protocol: str = HEADLINE, readout: str = KEPT) -> Interval:
        """Mean accuracy over seeds, in percent."""
        return interval(self.accuracies(arm, protocol, readout))

    def gain(self, arm: str, over: str, protocol: str = HEADLINE) -> Interval:
        """Mean difference of accuracies over seeds, in points; runs of one seed are paired."""
        return paired(self.accuracies(arm, protocol), self.accuracies(over, protocol))

    def curves(self, quantity: str) -> list[Curve]:
        """`loss`, or a term of it, over the training of every arm that was trained."""
        return [self._curve(arm, quantity) for arm in self.arms if arm.trained]

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        return {
            "machine": machine(),
            "recipes": {arm.name: json.loads(arm.recipe.to_json()) for arm in self.arms},
            "accuracy": {name: list(scores) for name, scores in self.scores.items()},
            "ms_per_step": {name: list(ms) for name, ms in self.timing.ms.items()},
        }

    def _curve(self, arm: Arm, quantity: str) -> Curve:
        logs = [read_rows(self.folders[arm.name, seed] / METRICS) for seed in range(self.seeds)]
        y = torch.tensor([[(row | row["terms"])[quantity] for row in rows] for rows in logs])
        return Curve(arm.title, arm.colour, torch.tensor([row["epoch"] for row in logs[0]]), y)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text().splitlines()]
