"""The pictures of a benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from homossl.bench.marking import GROUPS
from homossl.bench.measure import Measured, Point
from homossl.bench.profile import Profile
from homossl.bench.results import Results
from homossl.bench.table import kinds
from homossl.bench.work import Kind
from homossl.report.drawing import GREY, INK, panels, styled, tiled
from homossl.report.layers import COLOURS

YELLOW = "#f0e442"
"""Okabe and Ito's too."""


@styled()
def ratios_picture(point: Point) -> Figure:
    """The ratio of every arm to the first reference of its kind, with its interval; one panel for each kind."""
    shown = kinds(point)
    heights = [len(point.of(kind)) + 1.5 for kind in shown]
    options = {"gridspec_kw": {"height_ratios": heights}}
    figure, axes = panels(len(shown), 1, (8.6, 0.3 * sum(heights) + 0.4), **options)
    for axis, kind in zip(axes[:, 0], shown, strict=True):
        _ratios(axis, point, kind)
    return figure


def _ratios(axis: Axes, point: Point, kind: Kind) -> None:
    arms = point.of(kind)
    reference = kind.references[0]
    for row, measured in enumerate(arms):
        found = point.ratio(measured.arm.name, reference)
        assert found is not None
        colour = GREY if measured.arm.name == reference else COLOURS[0]
        axis.barh(row, found.value, height=0.7, color=colour, alpha=0.75)
        if measured.arm.name != reference:
            axis.plot([found.low, found.high], [row, row], color=INK, linewidth=1.6)
        axis.annotate(
            f"{measured.time.value:.1f} ms", (0, row), (4, 0), textcoords="offset points", va="center", fontsize=8
        )
    axis.axvline(1, color=GREY, linewidth=1, linestyle="--")
    axis.set_yticks(range(len(arms)), [measured.arm.title for measured in arms])
    axis.set(ylim=(len(arms) - 0.5, -0.5), xlim=(0, None), title=kind.title)
    axis.set_xlabel(f"time of a step, relative to {point.arm(reference).arm.title}")  # type: ignore[union-attr]


@styled()
def sweep_picture(results: Results) -> Figure:
    """The time of a step over the axis of a sweep, with intervals; one panel for each kind."""
    shown = kinds(results.points[0])
    figure, axes = tiled(len(shown), 4.4, columns=2)
    for axis, kind in zip(axes, shown, strict=True):
        for colour, first in zip(cycle(COLOURS), results.points[0].of(kind), strict=False):
            _line(axis, results, first.arm.name, colour)
        axis.set(xscale="log", yscale="log", xlabel=results.axis, ylabel="ms per step", title=kind.title)
        axis.set_xticks([results.value(point) for point in results.points])
        axis.xaxis.set_minor_formatter(NullFormatter())
        for ticks in (axis.xaxis.set_major_formatter, axis.yaxis.set_major_formatter, axis.yaxis.set_minor_formatter):
            ticks(ScalarFormatter())
        axis.legend(fontsize=8)
    return figure


def _line(axis: Axes, results: Results, name: str, colour: str) -> None:
    found: Sequence[tuple[int, Measured]] = [
        (results.value(point), measured) for point in results.points if (measured := point.arm(name))
    ]
    x, times = [value for value, _ in found], [measured.time for _, measured in found]
    ends = [[time.value - time.low for time in times], [time.high - time.value for time in times]]
    label = found[0][1].arm.title
    axis.errorbar(x, [time.value for time in times], yerr=ends, marker="o", color=colour, label=label, markersize=4)


@styled()
def profile_picture(profiles: Sequence[Profile]) -> Figure:
    """Milliseconds of a step by what they are for, one bar for each way to run the encoder."""
    figure, axes = panels(1, 1, (8.6, 1.2 + 0.5 * len(profiles)))
    axis, starts = axes[0, 0], [0.0] * len(profiles)
    for colour, group in zip([*COLOURS[:-1], YELLOW, GREY], GROUPS, strict=True):
        widths = [profile.mean(group).mean for profile in profiles]
        axis.barh(range(len(profiles)), widths, left=starts, height=0.7, color=colour, label=group)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axis.set_yticks(range(len(profiles)), [profile.name for profile in profiles])
    axis.set(xlabel="ms of a step", ylim=(len(profiles) - 0.5, -0.5))
    figure.legend(loc="outside upper left", ncols=4)
    return figure
