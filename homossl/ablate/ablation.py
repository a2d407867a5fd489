"""What an ablation gave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from homossl.ablate import table
from homossl.ablate.claim import claim_residual
from homossl.ablate.folder import REPORT, RESULTS
from homossl.ablate.page import page
from homossl.report import machine
from homossl.structure import Structure
from homossl.sweep.outcome import HEADLINE, Outcome
from homossl.train import Recipe, write_atomic


@dataclass(frozen=True)
class Ablation(Outcome):
    """Scores of every structure and seed, of a recipe that lost the structure, and what was left out and why."""

    recipe: Recipe
    left_out: Mapping[Structure, str]
    folder: Path

    @cached_property
    def residuals(self) -> dict[str, float]:
        """How far each arm's encoder misses its claim, for the first seed and the motions of its views."""
        return {arm.name: claim_residual(self.folders[arm.name, self.seeds[0]]) for arm in self.arms}

    def table(self) -> str:
        """One line for each arm, with 95 % t-intervals over seeds."""
        return table.as_text(self)

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        return {
            "machine": machine(),
            "recipe": json.loads(self.recipe.to_json()),
            "seeds": list(self.seeds),
            "left_out": dict(self.left_out),
            "arms": {arm.name: self._arm(arm.name) for arm in self.arms},
        }

    def to_json(self) -> str:
        """Accuracies of every run, their means with 95 % t-intervals in percent, and differences paired by seed."""
        return json.dumps(self.to_dict(), indent=2) + "\n"

    def save(self) -> Path:
        """Write results.json and report.html to the folder; the path of the report."""
        write_atomic(self.folder / RESULTS, self.to_json())
        page(self).save(self.folder / REPORT)
        return self.folder / REPORT

    def _arm(self, name: str) -> dict[str, Any]:
        frozen = self.arm(name).frozen
        gains = {"minus_intact": self.gain(name, "intact"), "minus_frozen": self.gain(name, frozen)}
        summary = {HEADLINE: self.mean(name)} | gains
        return {
            "claim_residual": self.residuals[name],
            "percent": {key: {"mean": value.mean, "half": value.half} for key, value in summary.items()},
            "accuracy": list(self.scores[name]),
        }
