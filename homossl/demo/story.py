"""The page of the demo: what was compared, what came out, and how it was measured."""

from __future__ import annotations

from pathlib import Path

from homossl.demo import captions, pictures, table
from homossl.demo.folder import REPORT
from homossl.demo.results import Results
from homossl.learner import Learner
from homossl.report import Page, Settings, Table, Text, Tiles, machine
from homossl.sweep import blocks
from homossl.sweep.outcome import HEADLINE
from homossl.train import load_learner


def write_report(results: Results, folder: Path) -> Path:
    """Write the page; its path."""
    learners = {name: load_learner(results.folders[name, 0])[0] for name in ("hssl", "plain")}
    blocks = [tiles(results), main_table(results), *figures(results, learners), *details(results, learners)]
    turned = getattr(results.arm("hssl").recipe.data, "turned", False)
    Page("H-SSL on digits", captions.LEAD + captions.TURNED * turned, blocks).save(folder / REPORT)
    return folder / REPORT


def tiles(results: Results) -> Tiles:
    """The four numbers that matter."""
    return Tiles(
        {
            f"H-SSL, accuracy (%) with {HEADLINE}": f"{results.mean('hssl')}",
            "points over its frozen encoder": f"{results.gain('hssl', 'frozen'):+.1f}",
            "points over A-SSL": f"{results.gain('hssl', 'assl'):+.1f}",
            "of A-SSL's time per step": f"{results.timing.ratio('hssl', 'assl'):.2f}",
        }
    )


def main_table(results: Results) -> Table:
    """The one table."""
    strong = next(i for i, arm in enumerate(results.arms) if arm.name == "hssl")
    return Table("The comparison", table.header(), table.rows(results), table.note(results), strong)


def figures(results: Results, learners: dict[str, Learner]) -> list:
    """Every picture."""
    learner, images = learners["hssl"], results.arm("hssl").recipe.data.load("test")
    encoders = {results.arm(name).title: learner.encoder for name, learner in learners.items()}
    colours = {arm.title: arm.colour for arm in results.arms}
    return [
        blocks.accuracies(results, captions.ACCURACIES),
        pictures.pixel_views(learner, images),
        pictures.field_views(encoders, learner, images),
        pictures.orbits(encoders, colours, images),
        pictures.curves(results),
    ]


def details(results: Results, learners: dict[str, Learner]) -> list:
    """All protocols, all times, and what they were measured with."""
    return [
        blocks.protocols(results, captions.PROTOCOLS),
        times(results),
        Text("The arms", captions.ARMS),
        settings(results, learners),
        Settings("Machine", machine()),
    ]


def times(results: Results) -> Table:
    """Milliseconds per step in every round."""
    timing = results.timing
    header = ["arm", *[f"round {i + 1}" for i in range(timing.rounds)], "median (ms)"]
    rows = [
        [results.arm(name).title, *[f"{t:.1f}" for t in ms], f"{timing.typical(name):.1f}"]
        for name, ms in timing.ms.items()
    ]
    return Table("Time per step", header, rows, captions.TIMES.format(steps=timing.steps, rounds=timing.rounds))


def settings(results: Results, learners: dict[str, Learner]) -> Settings:
    """The recipe of H-SSL, and the sizes."""
    recipe = results.arm("hssl").recipe
    sizes = {name: sum(p.numel() for p in learner.encoder.parameters()) for name, learner in learners.items()}
    names = ("data", "group", "encoder", "views", "objective", "optimiser", "schedule", "epochs", "batch_size")
    parts = {name.replace("_", " ").capitalize(): str(getattr(recipe, name)) for name in names}
    counts = f"{sizes['hssl']:,} with structure, {sizes['plain']:,} without"
    seeds = ", ".join(map(str, results.seeds))
    return Settings("Settings", parts | {"Encoder's parameters": counts, "Seeds": seeds})
