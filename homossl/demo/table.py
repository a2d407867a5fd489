"""The one table."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from homossl.demo.results import Results
from homossl.sweep.outcome import HEADLINE, OTHERS

NARROW: Any = {"box": SIMPLE_HEAD, "padding": (0, 0, 0, 1), "pad_edge": False, "show_edge": False}

NOTE = (
    "Test accuracy in percent, encoder frozen, pose kept. Minus frozen, minus A-SSL: points with {headline}, "
    "paired by seed. ± is the 95 % t-interval over {seeds} seeds. Ratio: of times per step, to A-SSL. Plain: the "
    "structure removed; it is compared with its own frozen encoder."
)


def header() -> list[str]:
    """What the columns hold."""
    return ["arm", HEADLINE, *OTHERS, "minus frozen", "minus A-SSL", "ms per step", "ratio"]


def rows(results: Results) -> list[list[str]]:
    """One row for each arm."""
    return [_row(results, arm.name) for arm in results.arms]


def note(results: Results) -> str:
    """How to read it."""
    return NOTE.format(headline=HEADLINE, seeds=len(results.seeds))


def terminal_table(results: Results) -> Table:
    """The table for a terminal, where only the first accuracy has its interval, to fit into 80 columns."""
    table = Table(title="H-SSL on digits", caption=note(results), caption_justify="left", **NARROW)
    for i, name in enumerate(header()):
        label = name.replace(" per", "\nper").replace("minus ", "minus\n")
        table.add_column(label, justify="right" if i else "left", no_wrap=True, vertical="bottom")
    for arm, (title, headline, *cells) in zip(results.arms, rows(results), strict=True):
        means = [cell.partition(" ±")[0] for cell in cells[: len(OTHERS)]]
        row = [cell.replace(" ± ", "±") for cell in (headline, *means, *cells[len(OTHERS) :])]
        table.add_row(title, *row, style="bold" if arm.name == "hssl" else "")
    return table


def _row(results: Results, name: str) -> list[str]:
    arm = results.arm(name)
    accuracies = [f"{results.mean(name, protocol)}" for protocol in (HEADLINE, *OTHERS)]
    gains = [f"{results.gain(name, over):+.1f}" if name != over else "" for over in (arm.frozen, "assl")]
    return [arm.title, *accuracies, *gains, *_times(results, name)]


def _times(results: Results, name: str) -> list[str]:
    if not results.arm(name).trained:
        return ["", ""]
    return [f"{results.timing.typical(name):.1f}", f"{results.timing.ratio(name, 'assl'):.2f}"]
