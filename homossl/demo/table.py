"""The one table."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table

from homossl.demo.results import HEADLINE, Results

NOTE = (
    "Test accuracy in percent, encoder frozen, pose kept. Minus frozen, minus A-SSL: points with {headline}, "
    "paired by seed. ± is the 95 % t-interval over {seeds} seeds. Ratio: of times per step, to A-SSL. Plain: the "
    "structure removed; it is compared with its own frozen encoder."
)


def header() -> list[str]:
    """What the columns hold."""
    times, gains = ["ms/step", "ratio"], ["minus frozen", "minus A-SSL"]
    return ["arm", HEADLINE, "1-NN", "linear", *gains, *times]


def rows(results: Results) -> list[list[str]]:
    """One row for each arm."""
    return [_row(results, arm.name) for arm in results.arms]


def note(results: Results) -> str:
    """How to read it."""
    return NOTE.format(headline=HEADLINE, seeds=results.seeds)


def terminal_table(results: Results) -> Table:
    """The table for a terminal."""
    first, *others = header()
    table = Table(
        title="H-SSL on digits", caption=note(results), caption_justify="left", box=SIMPLE_HEAD, pad_edge=False
    )
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name.replace(" labels per class", " labels\nper class").replace(" ", "\n", 1), justify="right")
    for arm, cells in zip(results.arms, rows(results), strict=True):
        table.add_row(*cells, style="bold" if arm.name == "hssl" else "")
    return table


def _row(results: Results, name: str) -> list[str]:
    arm = results.arm(name)
    accuracies = [f"{results.mean(name, protocol)}" for protocol in (HEADLINE, "1-NN", "linear")]
    gains = [f"{results.gain(name, over):+.1f}" if name != over else "" for over in (arm.frozen, "assl")]
    return [arm.title, *accuracies, *gains, *_times(results, name)]


def _times(results: Results, name: str) -> list[str]:
    if not results.arm(name).trained:
        return ["", ""]
    return [f"{results.timing.typical(name):.1f}", f"{results.timing.ratio(name, 'assl'):.2f}"]
