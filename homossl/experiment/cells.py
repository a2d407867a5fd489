"""The table of an experiment as cells, and what is said below it; terminal, Markdown and page show the same."""

from __future__ import annotations

from collections.abc import Iterator

from homossl.experiment.results import Results
from homossl.report.text import aligned

NOTE = (
    "In percent; ± is the 95 % t-interval over {seeds} of a row. Minus: points by which a row is above its baseline, "
    "paired by seed."
)
MACHINE = ("Device", "Processor", "Cores", "System", "Python", "torch")
"""What is told of a machine here; the rest, such as the date, is told on the page."""


def printed(results: Results) -> str:
    """The table and its notes, for a terminal."""
    title = f"{results.experiment.table.title} ({results.size})"
    return "\n".join([title, "", aligned(header(results), rows(results)), "", *notes(results)])


def header(results: Results) -> list[str]:
    """What the columns hold."""
    columns = [cell for task in results.tasks for cell in _heads(results, task)]
    published = ["published"] * _any_published(results)
    return ["row", *columns, *published, *["status"] * _any_unfinished(results)]


def rows(results: Results) -> list[list[str]]:
    """One for each row of the table."""
    return [_row(results, name) for name in results.rows]


def notes(results: Results) -> list[str]:
    """How to read it, what is published and how that differs, and what is stale, failed or missing."""
    lines = [NOTE.format(seeds=f"{len(results.seeds)} seed{'s' * (len(results.seeds) > 1)}")]
    lines += [f"{results.rows[name].title}: {text}" for name in results.rows for text in about(results, name)]
    return lines + [f"Measured on: {text}" for text in machines(results)]


def about(results: Results, name: str) -> Iterator[str]:
    """What is to be said of a row."""
    row = results.rows[name]
    if row.published:
        yield f"published: {row.published.value:g}, {row.published.what} ({row.published.source})"
    if differs := row.differs.get(results.size):
        yield f"differs: {differs}"
    if why := results.why(name):
        yield f"{results.state(name)}: {'; '.join(why)}"


def machines(results: Results) -> list[str]:
    """The machines that measured, each in one line."""
    made = [task["made"]["machine"] for kept in results.kept.values() for task in kept.measured.values()]
    return sorted({", ".join(f"{name} {machine[name]}" for name in MACHINE if name in machine) for machine in made})


def headline(results: Results, task: str) -> str:
    """What the column of a task holds.

    One task needs no name beside its headline.
    """
    name = results.tasks[task].headline
    return name if len(results.tasks) == 1 else f"{results.titles[task]}: {name}"


def baselines(results: Results) -> list[str]:
    """The titles of the rows that others are compared with."""
    names = dict.fromkeys(row.baseline for row in results.rows.values() if row.baseline)
    return [results.rows[name].title for name in names]


def _heads(results: Results, task: str) -> list[str]:
    named = baselines(results)
    minus = f"minus {named[0]}" if len(named) == 1 else "minus baseline"
    return [headline(results, task), *[minus] * bool(named)]


def _row(results: Results, name: str) -> list[str]:
    row, cells = results.rows[name], [results.rows[name].title]
    for task in results.tasks:
        mean, gain = results.mean(name, task), results.gain(name, task)
        cells.append(f"{mean}" if mean else "")
        if baselines(results):
            cells.append(f"{gain:+}" if gain else "")
    if _any_published(results):
        cells.append(f"{row.published.value:g}" if row.published else "")
    return cells + [results.status(name)] * _any_unfinished(results)


def _any_published(results: Results) -> bool:
    return any(row.published for row in results.rows.values())


def _any_unfinished(results: Results) -> bool:
    return any(results.state(name) != "done" for name in results.rows)
