"""The tables of a benchmark, as headers and rows, for terminals and pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from homossl.bench.marking import GROUPS
from homossl.bench.measure import Measured, Point
from homossl.bench.results import Results
from homossl.bench.work import DEVICE, KINDS, Kind

NOTE = (
    "Times and ratios: geometric means over {rounds} rounds of {steps} steps, in which all took turns, with 95 % "
    "t-intervals. MiB: what torch holds at the peak of a step above what it held before. % of matmul: operations of "
    "convolutions and matrix products by second, relative to a large product of matrices in the same rounds; % of "
    "copy: bytes that operators read and write, relative to a large copy, above 100 where a cache holds them. "
)
ELSEWHERE = (
    "On this CPU only: on a GPU rates, shares and ratios are others; there use --precision bf16-mixed --compile, with "
    "larger --batch and --width, which keep it busy."
)
COLUMNS = ("ms per step", "images/s", "pairs/s", "MiB", "GFLOP/s", "% of matmul", "% of copy")


class Grid(NamedTuple):
    """A title, the names of columns, and rows."""

    title: str
    header: list[str]
    rows: list[list[str]]


def grids(results: Results) -> Iterator[Grid]:
    """What is shown first: the arms of each kind, or in a sweep how they grow; and where the time goes."""
    for kind in kinds(results.points[0]):
        if results.axis:
            yield from _swept(results, kind)
        else:
            yield of_kind(results, results.points[0], kind)
    if results.profiles:
        yield _profile(results)


def of_kind(results: Results, point: Point, kind: Kind) -> Grid:
    """The arms of a kind in one setting; columns in which nothing was measured are left out."""
    at = f", {results.axis} {results.value(point)}" if results.axis else ""
    header = ["arm", *COLUMNS, *[f"ratio to {to}" for to in references(point, kind)]]
    rows = [_row(point, measured) for measured in point.of(kind)]
    told = [i for i in range(len(header)) if any(row[i] for row in rows)]
    return Grid(f"{kind.title}{at}: {kind.timed}", [header[i] for i in told], [[row[i] for i in told] for row in rows])


def references(point: Point, kind: Kind) -> list[str]:
    """What the arms of a kind are divided by, and was measured."""
    return [to for to in kind.references if point.arm(to)]


def kinds(point: Point) -> list[Kind]:
    """The kinds of arms that were measured."""
    return [kind for kind in KINDS.values() if point.of(kind)]


def note(results: Results) -> str:
    """How to read it."""
    elsewhere = ELSEWHERE if results.setting.where.type == "cpu" else ""
    return NOTE.format(rounds=results.rounds, steps=results.steps) + elsewhere


def probes(point: Point) -> str:
    """What the device does at best, where that was measured."""
    if not (found := point.of(DEVICE)):
        return ""
    rate, width = (m.per_second(m.flops or m.moved or 0) / 1e9 for m in found)
    kind = str(point.setting.format).removeprefix("torch.")
    return f"{point.setting.where}: matrix product {rate:,.0f} GFLOP/s in {kind}, copy {width:,.1f} GB/s"


def _row(point: Point, measured: Measured) -> list[str]:
    amounts = [f"{measured.per_second(n):,.0f}" if n else "" for n in (measured.images, measured.pairs)]
    memory = "" if measured.memory is None else f"{measured.memory / 2**20:,.0f}"
    rate = "" if measured.flops is None else f"{measured.per_second(measured.flops) / 1e9:,.1f}"
    shares = [point.share_of_matmul(measured), point.share_of_copy(measured)]
    percent = ["" if share is None else f"{100 * share.value:.0f}" for share in shares]
    ratios = [_ratio(point, measured, to) for to in references(point, measured.arm.kind)]
    return [measured.arm.title, f"{measured.time:.1f}", *amounts, memory, rate, *percent, *ratios]


def _ratio(point: Point, measured: Measured, to: str) -> str:
    return "1" if measured.arm.name == to else str(point.ratio(measured.arm.name, to))


def _swept(results: Results, kind: Kind) -> Iterator[Grid]:
    first, values = results.points[0], [f"{results.value(point)}" for point in results.points]
    named = [(measured.arm.title, measured.arm.name) for measured in first.of(kind)]
    found = {name: [m for point in results.points if (m := point.arm(name))] for _, name in named}
    times = {name: [f"{measured.time.value:.1f}" for measured in found[name]] for _, name in named}
    rows = [[title, *times[name], f"{results.exponent(name):.2f}"] for title, name in named]
    yield Grid(f"{kind.title}: ms per step over {results.axis}", ["arm", *values, "exponent"], rows)
    for to in references(first, kind):
        pairs = [zip(results.points, found[name], strict=True) for _, name in named]
        ratios = [[title, *[_ratio(*pair, to) for pair in each]] for (title, _), each in zip(named, pairs, strict=True)]
        yield Grid(f"{kind.title}: ratio to {to} over {results.axis}", ["arm", *values], ratios)


def _profile(results: Results) -> Grid:
    parts = [[group, *[f"{profile.mean(group)}" for profile in results.profiles]] for group in GROUPS]
    whole = ["the whole step", *[f"{profile.total}" for profile in results.profiles]]
    header = ["ms of a step of H-SSL", *[profile.name for profile in results.profiles]]
    return Grid("Where the time goes", header, [*parts, whole])
