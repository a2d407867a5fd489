"""The table of an experiment as Markdown, CSV and JSON, without times: the same runs give the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from typing import Any

from homossl.experiment import cells
from homossl.experiment.details import details
from homossl.experiment.results import Results
from homossl.report.finite import null_for_infinite
from homossl.report.statistics import Interval
from homossl.train import write_atomic
from homossl.train.spec_json import encode

COLUMNS = (
    *("row", "title", "task", "score", "seeds", "mean", "half"),
    *("baseline", "minus_baseline", "minus_baseline_half", "published", "state"),
)


def save_tables(results: Results) -> None:
    """Write table.md, table.csv and table.json into the folder of the experiment."""
    write_atomic(results.folder / "table.md", markdown(results))
    write_atomic(results.folder / "table.csv", as_csv(results))
    data = null_for_infinite(to_dict(results))
    write_atomic(results.folder / "table.json", json.dumps(data, indent=1, allow_nan=False) + "\n")


def markdown(results: Results) -> str:
    """The table that the terminal shows, its notes, and what it leaves out."""
    table = results.experiment.table
    lines = [
        f"# {table.title} ({results.size})",
        "",
        table.about,
        "",
        *_lines(cells.header(results), cells.rows(results)),
    ]
    lines += ["", *(f"- {note}" for note in cells.notes(results))]
    for title, header, rows in details(results):
        lines += ["", f"## {title}", "", *_lines(header, rows)]
    return "\n".join(lines) + "\n"


def as_csv(results: Results) -> str:
    """One line for each row and each of its scores, in percent."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for name in results.rows:
        writer.writerows(_records(results, name))
    return text.getvalue()


def to_dict(results: Results) -> dict[str, Any]:
    """All of it, ready for JSON."""
    return {
        "table": results.experiment.name,
        "title": results.experiment.table.title,
        "about": results.experiment.table.about,
        "size": results.size,
        "seeds": results.seeds,
        "machines": cells.machines(results),
        "tasks": {name: {"headline": t.headline, "spec": encode(t)} for name, t in results.tasks.items()},
        "rows": {name: _row(results, name) for name in results.rows},
    }


def _row(results: Results, name: str) -> dict[str, Any]:
    row = results.rows[name]
    code = results.runs[name, results.seeds[0]].stamp.code
    return {
        "title": row.title,
        "state": results.state(name),
        "why": results.why(name),
        **results.experiment.notes[name],
        "published": row.published and vars(row.published),
        "differs": row.differs.get(results.size),
        "baseline": row.baseline,
        "recipe": encode(row.recipe(results.size)),
        "code": sha256(json.dumps(code).encode()).hexdigest(),
        "tasks": {task: _measured(results, name, task) for task in results.tasks},
    }


def _measured(results: Results, name: str, task: str) -> dict[str, Any]:
    return {
        "percent": {score: _score(results, name, task, score) for score in results.scores(name, task)},
        "curves": results.curves(name, task),
    }


def _score(results: Results, *place: str) -> dict[str, Any]:
    by_seed = {str(seed): value for seed, value in results.percent(*place).items()}
    return {"seeds": by_seed, **_interval(results.mean(*place)), "minus_baseline": _interval(results.gain(*place))}


def _interval(value: Interval | None) -> dict[str, float | None]:
    return {"mean": value.mean, "half": value.half} if value else {}


def _records(results: Results, name: str) -> Iterator[dict[str, Any]]:
    row, shared = results.rows[name], {"row": name, "state": results.state(name)}
    shared |= {"title": row.title, "baseline": row.baseline, "published": row.published and row.published.value}
    measured = [(task, score) for task in results.tasks for score in results.scores(name, task)]
    for task, score in measured or [("", "")]:
        yield shared | (_record(results, name, task, score) if task else {})


def _record(results: Results, name: str, task: str, score: str) -> dict[str, Any]:
    mean, gain = _interval(results.mean(name, task, score)), _interval(results.gain(name, task, score))
    figures = {"seeds": len(results.percent(name, task, score)), **mean}
    if gain:
        figures |= {"minus_baseline": gain["mean"], "minus_baseline_half": gain["half"]}
    headline = score == results.tasks[task].headline and task == next(iter(results.tasks))
    return {"task": task, "score": score, **figures} | ({} if headline else {"published": None})


def _lines(header: list[str], rows: list[list[str]]) -> list[str]:
    return [_line(header), _line(["---"] * len(header)), *map(_line, rows)]


def _line(row: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
