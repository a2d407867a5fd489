"""A benchmark in a terminal."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from homossl.bench.results import Results
from homossl.bench.table import Grid, grids, note, probes

NARROW: Any = {"box": box.SIMPLE_HEAD, "padding": (0, 0, 0, 1), "pad_edge": False, "show_edge": False}
WIDTH = 118
"""Columns that the tables take, however narrow the terminal."""


def show(results: Results, console: Console) -> None:
    """Print the tables, and how to read them."""
    wide = Console(width=max(WIDTH, console.width))
    for grid in grids(results):
        wide.print(terminal_table(grid), "", highlight=False)
    for line in filter(None, [probes(results.points[0]), *_left_out(results), note(results)]):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def terminal_table(grid: Grid) -> Table:
    """A table in which times have no intervals, which ratios have and the report shows."""
    table = Table(title=grid.title, title_justify="left", **NARROW)
    for i, column in enumerate(grid.header):
        label = column.replace(" per ", "\nper ").replace("% of ", "% of\n").replace("ratio to ", "ratio to\n")
        table.add_column(label, justify="right" if i else "left", no_wrap=True, vertical="bottom")
    timed = grid.header.index("ms per step") if "ms per step" in grid.header else None
    for row in grid.rows:
        table.add_row(*[cell.partition(" ")[0] if i == timed else cell for i, cell in enumerate(row)])
    return table


def _left_out(results: Results) -> list[str]:
    return [f"not measured: {arm}, {why}" for arm, why in results.left_out.items()]
