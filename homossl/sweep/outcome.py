"""What a sweep gave: accuracies of every arm and seed, their means, and differences paired by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from homossl.report import Curve, Interval, interval, paired
from homossl.sweep.arm import Arm, Run
from homossl.sweep.scoring import Scores
from homossl.train.logs import METRICS, read_rows

KEPT, POOLED = "pose kept", "pooled"
HEADLINE, OTHERS = "5 labels per class", ("1-NN", "linear")


@dataclass(frozen=True)
class Outcome:
    """Scores of every arm by seed, and the folder of every (arm, seed)."""

    arms: tuple[Arm, ...]
    scores: Mapping[str, Sequence[Scores]]
    folders: Mapping[tuple[str, int], Path]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of each arm."""
        return tuple(sorted({seed for _, seed in self.folders}))

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    def accuracies(self, arm: str, protocol: str = HEADLINE, readout: str = KEPT) -> list[float]:
        """Test accuracy in percent of each seed."""
        return [100 * scores[readout][protocol]["mean"] for scores in self.scores[arm]]

    def mean(self, arm: str, protocol: str = HEADLINE, readout: str = KEPT) -> Interval:
        """Mean accuracy over seeds, in percent."""
        return interval(self.accuracies(arm, protocol, readout))

    def gain(self, arm: str, over: str, protocol: str = HEADLINE, readout: str = KEPT) -> Interval:
        """Mean difference of accuracies over seeds, in points; runs of one seed are paired."""
        return paired(self.accuracies(arm, protocol, readout), self.accuracies(over, protocol, readout))

    def curves(self, quantity: str) -> list[Curve]:
        """`loss`, or a term of it, over the training of every arm that was trained."""
        return [self._curve(arm, quantity) for arm in self.arms if arm.trained]

    def _curve(self, arm: Arm, quantity: str) -> Curve:
        logs = [read_rows(self.folders[arm.name, seed] / METRICS) for seed in self.seeds]
        y = torch.tensor([[(row | row["terms"])[quantity] for row in rows] for rows in logs])
        return Curve(arm.title, arm.colour, torch.tensor([row["epoch"] for row in logs[0]]), y)


def by_arm(runs: Sequence[Run], scores: Mapping[tuple[str, int], Scores]) -> dict[str, list[Scores]]:
    """The scores of each arm in the order of its seeds."""
    ordered = sorted(runs, key=lambda run: run.seed)
    return {run.arm.name: [scores[r.arm.name, r.seed] for r in ordered if r.arm == run.arm] for run in ordered}
