"""Two runs side by side, as one value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from homossl.compare.measured import Measured
from homossl.compare.rows import Row, accuracy_rows, latent_rows, pose_rows
from homossl.evaluate.pose.scores import CONTROLS, ERROR, MRR, R2
from homossl.report.finite import null_for_infinite
from homossl.report.text import aligned
from homossl.train.files import write_atomic

RESULTS, REPORT = "comparison.json", "report.html"
CONTROLLED = f"{ERROR},", f"{R2},", f"{MRR},"
"""How rows begin whose controls are shown in a terminal; the report has all of them."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What was measured of two runs, by name, on the same images of some classes."""

    runs: Mapping[str, Measured]
    classes: tuple[str, ...]
    settings: Mapping[str, Any]
    """What was compared, on what."""

    @property
    def names(self) -> tuple[str, str]:
        """What the runs are called."""
        a, b = self.runs
        return a, b

    def sections(self) -> dict[str, list[Row]]:
        """The rows of each part of the table."""
        a, b = self.runs.values()
        return {
            "accuracy": list(accuracy_rows(a, b)),
            "latents": list(latent_rows(a, b)),
            "motion": list(pose_rows(a, b)),
        }

    def controls(self) -> dict[str, list[Row]]:
        """The rows of what is read in the place of the motion."""
        a, b = self.runs.values()
        return {control: list(pose_rows(a, b, control)) for control in CONTROLS[1:]}

    @property
    def left_out(self) -> str | None:
        """What is not measured of motions, and why; None where everything is."""
        return next(iter(self.runs.values())).pose.left_out

    @property
    def header(self) -> tuple[str, str, str, str]:
        """What the columns hold."""
        return "measure", *self.names, "difference"

    def table(self) -> str:
        """One line for each measure, with both runs and the second minus the first; of the controls only some."""
        rows = [row for section in self.sections().values() for row in section]
        controls = [row for rows in self.controls().values() for row in rows if row.measure.startswith(CONTROLLED)]
        cells = [row.cells() for row in [*rows, *controls]]
        return "\n".join([aligned(self.header, cells), *filter(None, [self.left_out])])

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        rows = {name: [asdict(row) for row in section] for name, section in (self.sections() | self.controls()).items()}
        runs = {name: run.to_dict() for name, run in self.runs.items()}
        about = {"runs": list(self.names), "classes": list(self.classes), "settings": dict(self.settings)}
        return null_for_infinite(about | {"rows": rows, "measured": runs})

    def save(self, folder: Path) -> None:
        """Write comparison.json and report.html into a folder, which is made where there is none."""
        from homossl.compare.page import page  # matplotlib is slow to import

        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / RESULTS, json.dumps(self.to_dict(), indent=1, allow_nan=False) + "\n")
        page(self).save(folder / REPORT)
