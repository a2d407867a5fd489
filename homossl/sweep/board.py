"""A live line for each run, and one for the whole with the time left."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from homossl.sweep.arm import Run
from homossl.sweep.outcome import HEADLINE, KEPT
from homossl.sweep.scoring import Scores
from homossl.train.logs import METRICS


class Board:
    """Progress of runs in other processes, read from their logs; without a terminal, one line when a run is done."""

    def __init__(self, runs: Iterable[Run], console: Console) -> None:
        self.console, self.progress = console, _columns(console)
        self.lines = {run.folder: self._line(run) for run in runs}
        self.done = dict.fromkeys(self.lines, 0.0)
        total = sum(run.arm.passes for run in runs)
        self.whole = self.progress.add_task("all runs", total=total, news="")

    def look(self, running: Iterable[Run]) -> None:
        """Show how far the runs have come."""
        for run in running:
            if row := last_row(run.folder / METRICS):
                self._show(run, row["epoch"], f"loss {row['loss']:.3f}")
        self.progress.update(self.whole, completed=sum(self.done.values()))

    def finish(self, run: Run, scores: Scores) -> None:
        """Show that a run is done, and how well it does."""
        news = f"{100 * scores[KEPT][HEADLINE]['mean']:.1f} % with {HEADLINE.removesuffix(' per class')}"
        self._show(run, run.arm.recipe.epochs, news)
        if not self.console.is_terminal:
            self.console.print(f"{run.title}: {news}", highlight=False)

    def say(self, text: str) -> None:
        """Show what the whole is at."""
        self.progress.update(self.whole, news=text)

    def _line(self, run: Run) -> TaskID:
        return self.progress.add_task(
            run.title, total=max(1, run.arm.recipe.epochs), start=False, visible=False, news=""
        )

    def _show(self, run: Run, epoch: float, news: str) -> None:
        line, epochs = self.lines[run.folder], run.arm.recipe.epochs
        self.progress.start_task(line)
        self.progress.update(line, completed=epoch if epochs else 1, news=news, visible=True)
        self.done[run.folder] = run.arm.passes * epoch / max(1, epochs)

    def __enter__(self) -> Board:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()


def _columns(console: Console) -> Progress:
    news = TextColumn("{task.fields[news]}", style="dim")
    times = TimeElapsedColumn(), TimeRemainingColumn(elapsed_when_finished=False)
    title, bar = TextColumn("{task.description}"), BarColumn(bar_width=16)
    progress = Progress(title, bar, *times, news, console=console, speed_estimate_period=60)
    progress.disable = not console.is_terminal
    return progress


def last_row(path: Path) -> dict[str, float] | None:
    """The last whole row of a JSON-lines file that may be growing."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return json.loads(lines[-1]) if lines else None
