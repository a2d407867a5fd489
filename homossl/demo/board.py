"""A live line for each run, and one for the whole with the time left."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from homossl.demo.results import HEADLINE, KEPT
from homossl.demo.tasks import Scores
from homossl.train.logs import METRICS

if TYPE_CHECKING:
    from homossl.demo.compare import Run


class Board:
    """Progress of runs in other processes, read from their logs; without a terminal, one line when a run is done."""

    def __init__(self, runs: Iterable[Run], console: Console) -> None:
        news = TextColumn("{task.fields[news]}", style="dim")
        bar = BarColumn(bar_width=24)
        self.progress = Progress(
            TextColumn("{task.description}"), bar, TimeElapsedColumn(), TimeRemainingColumn(), news, console=console
        )
        self.progress.disable = not console.is_terminal
        self.console = console
        self.lines = {run.folder: self._line(run) for run in runs}
        self.done = dict.fromkeys(self.lines, 0.0)
        total = sum(run.arm.passes for run in runs)
        self.whole = self.progress.add_task("[bold]all runs", total=total, news="")

    def look(self, running: Iterable[Run]) -> None:
        """Show how far the runs have come."""
        for run in running:
            if row := last_row(run.folder / METRICS):
                self._show(run, row["epoch"], f"loss {row['loss']:.3f}")

    def finish(self, run: Run, scores: Scores) -> None:
        """Show that a run is done, and how well it does."""
        news = f"{100 * scores[KEPT][HEADLINE]['mean']:.1f} % with {HEADLINE}"
        self._show(run, run.arm.recipe.epochs, news)
        if not self.console.is_terminal:
            self.console.print(f"{run.title}: {news}", highlight=False)

    def say(self, text: str) -> None:
        """Show what the whole is at."""
        self.progress.update(self.whole, news=text)

    def _line(self, run: Run) -> TaskID:
        return self.progress.add_task(run.title, total=max(1, run.arm.recipe.epochs), start=False, news="")

    def _show(self, run: Run, epoch: float, news: str) -> None:
        line = self.lines[run.folder]
        self.progress.start_task(line)
        finished = epoch >= run.arm.recipe.epochs
        self.progress.update(line, completed=max(epoch, 1) if finished else epoch, news=news)
        self.done[run.folder] = epoch * run.arm.passes / max(1, run.arm.recipe.epochs)
        self.progress.update(self.whole, completed=sum(self.done.values()))

    def __enter__(self) -> Board:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()


def last_row(path: Path) -> dict[str, float] | None:
    """The last whole row of a JSON-lines file that may be growing."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return json.loads(lines[-1]) if lines else None
