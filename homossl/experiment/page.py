"""The page of an experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matplotlib.figure import Figure as Picture

from homossl.experiment import cells
from homossl.experiment.details import details
from homossl.experiment.pictures import LEARNING
from homossl.experiment.provenance import provenance
from homossl.experiment.results import Results
from homossl.report import Figure, Page, Settings, Table, svg
from homossl.report.page import Block

DIFFERENCES = (
    "Points by which a row is above its baseline under each task, mean over seeds ± 95 % t-interval; runs of one seed "
    "are paired, as they share the order of the data and the draws of labels."
)
PUBLISHED = "Ours beside the papers' figures, in percent. Where a setting differs, so may the figure."
LOSS = (
    "Lines are means over seeds, bands reach from the least to the greatest seed. Losses of different objectives are "
    "on scales of their own: a lower one is not a better one."
)
IN_PERCENT = "In percent, mean over seeds ± 95 % t-interval."
MOVED = (
    "Test data moved by so much, as training data need not have been. Bands reach from the least to the greatest seed."
)


def page(results: Results, pictures: Mapping[str, Picture]) -> Page:
    """The whole page."""
    table = results.experiment.table
    notes = "; ".join(cells.notes(results)[:1])
    blocks = [Table("The table", cells.header(results), cells.rows(results), notes), *unfinished(results)]
    blocks += [*published(results), *differences(results), *figures(results, pictures)]
    blocks += [Table(*detail, IN_PERCENT) for detail in details(results)]
    blocks += provenance(results)
    return Page(f"{table.title}, {results.size}", table.about, blocks)


def unfinished(results: Results) -> Iterator[Block]:
    """What is stale, failed or missing, and why."""
    states = {row.title: _state(results, name) for name, row in results.rows.items() if results.status(name)}
    if states:
        yield Settings("Stale, failed and missing rows", states)


def published(results: Results) -> Iterator[Block]:
    """Our figures beside the papers', and how the settings differ."""
    header = ["row", "ours", "published", "ours minus published", "what", "source", "how ours differs"]
    rows = [_beside(results, name) for name, row in results.rows.items() if row.published]
    if rows:
        yield Table("Beside the published figures", header, rows, PUBLISHED)


def differences(results: Results) -> Iterator[Block]:
    """Every row that has a baseline, minus this, under each task."""
    pairs = {name: row.baseline for name, row in results.rows.items() if row.baseline}
    header = ["row", "minus", *[cells.headline(results, task) for task in results.tasks]]
    rows = [
        [results.rows[name].title, results.rows[base].title, *[_gain(results, name, task) for task in results.tasks]]
        for name, base in pairs.items()
    ]
    if rows:
        yield Table("Differences", header, rows, DIFFERENCES)


def figures(results: Results, pictures: Mapping[str, Picture]) -> Iterator[Block]:
    """Learning curves and robustness."""
    for name, picture in pictures.items():
        title = "Training" if name == LEARNING else f"Robustness of {cells.headline(results, name)}"
        yield Figure(title, svg(picture, title), LOSS if name == LEARNING else MOVED)


def _state(results: Results, name: str) -> str:
    return ": ".join(filter(None, [results.status(name), "; ".join(results.why(name))]))


def _beside(results: Results, name: str) -> list[str]:
    row, task = results.rows[name], next(iter(results.tasks))
    paper, ours = row.published, results.mean(name, task)
    assert paper is not None
    minus = f"{ours.mean - paper.value:+.1f}".replace("-", "−") if ours else ""
    shown = [f"{ours}" if ours else "", f"{paper.value:g}", minus]
    return [row.title, *shown, paper.what, paper.source, row.differs.get(results.size, "the published setting")]


def _gain(results: Results, name: str, task: str) -> str:
    gain = results.gain(name, task)
    return f"{gain:+.2f}" if gain else ""
