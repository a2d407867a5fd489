"""What a run has been worth to other tasks, where `homossl transfer` has written so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from homossl.card.known import Known
from homossl.card.markdown import table
from homossl.report import interval

WRITTEN = "transfer/*/scores.json"
"""Where `homossl transfer` writes by default."""
CAPTION = "In percent; ± is the 95 % t-interval over the seeds of the task, where there are several."


def transfers(known: Known) -> str:
    """The section; nothing where there are no such scores."""
    rows = [row for file in sorted(known.folder.glob(WRITTEN)) for row in scores_in(file)]
    return f"{table(('task', 'score', '%'), rows)}\n\n{CAPTION}" if rows else ""


def scores_in(file: Path) -> Iterator[tuple[str, str, str]]:
    """The scores of a task, over its seeds."""
    made = json.loads(file.read_text())
    for name in made[0]["scores"]:
        yield file.parent.name, name, str(interval([100 * one["scores"][name] for one in made]))
