"""How the runs of an experiment are coming along, in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from homossl.experiment.kept import look
from homossl.experiment.run import Run
from homossl.sweep.board import last_row
from homossl.train.logs import METRICS


class Board:
    """A bar of the runs that are over, with those in progress beside it, and a line for each run when it is over."""

    def __init__(self, runs: int, console: Console) -> None:
        news = TextColumn("{task.fields[news]}", style="dim")
        columns = TextColumn("runs"), BarColumn(bar_width=16), MofNCompleteColumn(), TimeElapsedColumn(), news
        self.progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self.bar = self.progress.add_task("runs", total=runs, news="")

    def look(self, going: Sequence[Run]) -> None:
        """Show what is in progress."""
        self.progress.update(self.bar, news=", ".join(map(_progress, going)))

    def finish(self, run: Run, text: str) -> None:
        """Tell how a run ended."""
        self.progress.console.print(f"{run.row}, seed {run.seed}: {escape(text)}", highlight=False, soft_wrap=True)
        self.progress.advance(self.bar)

    def __enter__(self) -> Board:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()


def told(run: Run) -> str:
    """The headlines of a run that is over."""
    measured = look(run).measured
    found = {name: measured[name]["scores"].get(task.headline) for name, task in run.tasks.items()}
    return ", ".join(f"{name} {100 * value:.1f} %" for name, value in found.items() if value is not None)


def _progress(run: Run) -> str:
    row, epochs = last_row(run.folder / METRICS), run.recipe.epochs
    return f"{run.recipe.name} {row['epoch']:.3g}/{epochs}" if row else run.recipe.name
