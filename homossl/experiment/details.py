"""What the table of an experiment leaves out: scores beside the headlines, and scores on moved test data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from homossl.experiment.results import Results
from homossl.report.statistics import interval
from homossl.transfer.robustness import UNITS


class Detail(NamedTuple):
    """A table of its own, with a line for each row of the experiment."""

    title: str
    header: list[str]
    rows: list[list[str]]


def details(results: Results) -> list[Detail]:
    """All of them, those that hold something."""
    return [detail for detail in (other_scores(results), *moved(results)) if detail.rows and detail.header[1:]]


def other_scores(results: Results) -> Detail:
    """Scores that are no headline, in percent."""
    columns = dict.fromkeys(
        (task, score)
        for task, spec in results.tasks.items()
        for row in results.rows
        for score in results.scores(row, task)
        if score != spec.headline
    )
    rows = [[row.title, *[_mean(results, name, *column) for column in columns]] for name, row in results.rows.items()]
    return Detail("Other scores", ["row", *[f"{results.titles[task]}: {score}" for task, score in columns]], rows)


def moved(results: Results) -> Iterator[Detail]:
    """The headline of each task on moved test data, in percent."""
    for task, spec in results.tasks.items():
        for curve in spec.curves:
            rows = [[row.title, *_along(results, name, task, curve.motion)] for name, row in results.rows.items()]
            title = f"{results.titles[task]}: {spec.headline} by {curve.motion}, in {UNITS[curve.motion]}"
            yield Detail(title, ["row", *[f"{value:g}" for value in curve.values]], [row for row in rows if row[1:]])


def _mean(results: Results, *place: str) -> str:
    mean = results.mean(*place)
    return f"{mean}" if mean else ""


def _along(results: Results, row: str, task: str, motion: str) -> list[str]:
    seeds = results.curves(row, task).get(motion, [])
    return [f"{interval([y for _, y in points])}" for points in zip(*seeds, strict=True)]
