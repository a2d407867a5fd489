"""The page of a benchmark."""

from __future__ import annotations

from collections.abc import Iterator

from homossl.bench import table
from homossl.bench.pictures import profile_picture, ratios_picture, sweep_picture
from homossl.bench.results import Results
from homossl.report import Figure, Page, Settings, Table, Text, Tiles, machine, svg
from homossl.report.page import Block

TITLE = "Benchmark of homossl"
LEAD = (
    "Steps set side by side in one run: the same architecture lowered, run by escnn, and with plain convolutions of as "
    "many channels; whole training steps of self-supervised learning; and augmentation."
)
READING = [
    "Encoder: forward and backward pass, one for each image, the mean square of the features in the place of a loss. "
    "Training step: everything that training does, data on the device. H-SSL and A-SSL read their views at the same "
    "turns of C_n; S-TEC and SimCLR see random resized crops, jittered. Augmentation: two views of each image.",
    "lightly's transforms work on one image at a time, and run in this process here; its users run them in processes "
    "beside the training, which takes as many cores.",
    "A ratio whose interval holds 1 says nothing. Whatever else the machine does makes intervals wide.",
]
TIMES = "Bars are ratios, lines their 95 % intervals, numbers milliseconds for each step."
SWEPT = "Geometric means over rounds, with 95 % intervals. Plain networks do not depend on the order."
PROFILED = (
    "A step of H-SSL with the encoder run in each way, recorded by torch's profiler, which itself takes time: mean "
    "milliseconds ± 95 % t-interval over {rounds} recorded steps. The backward pass of an operator is filed with it."
)
TILES = {
    ("lowered", "plain"): "of the plain CNN's time, forward and backward",
    ("escnn", "lowered"): "times as long is escnn",
    ("hssl", "assl"): "of A-SSL's time for a step is H-SSL's",
    ("orbit", "hssl"): "of H-SSL's time for a step is that on all pairs of an orbit",
    ("kornia", "ours"): "times as long is kornia's augmentation",
}


def page(results: Results) -> Page:
    """The whole page."""
    reading = Text("How to read it", [table.note(results), *READING])
    blocks = [*tiles(results), figure(results), *tables(results), *profile(results), reading]
    return Page(TITLE, LEAD, [*blocks, *about(results)])


def tiles(results: Results) -> Iterator[Tiles]:
    """The ratios that matter most."""
    found = {label: results.points[0].ratio(*pair) for pair, label in TILES.items()}
    numbers = {f"{label} ({r.low:.2f}–{r.high:.2f})": f"{r.value:.2f}" for label, r in found.items() if r}
    if numbers and not results.axis:
        yield Tiles(numbers)


def figure(results: Results) -> Figure:
    """The ratios, or the picture of a sweep."""
    if results.axis:
        return Figure(f"Over {results.axis}", svg(sweep_picture(results), f"Time over {results.axis}"), SWEPT)
    return Figure("Ratios", svg(ratios_picture(results.points[0]), "Ratios of times"), TIMES)


def tables(results: Results) -> Iterator[Table]:
    """One for each kind of arm in each setting, after those that set the settings side by side."""
    shown = list(table.grids(results))
    for grid in [grid for grid in shown if results.axis and grid.header[0] == "arm"]:
        yield Table(*grid, "")
    for point in results.points:
        for kind in table.kinds(point):
            yield Table(*table.of_kind(results, point, kind), table.probes(point))


def profile(results: Results) -> Iterator[Block]:
    """Where the time goes."""
    if results.profiles:
        *_, grid = table.grids(results)
        yield Figure(grid.title, svg(profile_picture(results.profiles), "Profile"), "")
        yield Table("The profile", grid.header, grid.rows, PROFILED.format(rounds=results.rounds))


def about(results: Results) -> Iterator[Settings]:
    """What was measured, what was not and why, and on what."""
    yield Settings("Settings", results.about())
    if results.left_out:
        yield Settings("Left out", results.left_out)
    yield Settings("Machine", machine())
