"""Parts of the page of a check about its details."""

from __future__ import annotations

from homossl.report import Figure, Settings, Table, orbit_picture, svg
from homossl.report.bars import budget_bars
from homossl.report.drawing import RIGHT
from homossl.report.page import Block
from homossl.verify.details import Details, resolution_table
from homossl.verify.words import in_words


def detail_blocks(details: Details) -> list[Block]:
    """The budget as bars, the orbit as a picture, and the Lie derivatives and irreps as tables."""
    pictures = [*budget_blocks(details), *orbit_figures(details), *truncation_tables(details)]
    return [*pictures, *lie_tables(details), *irrep_tables(details)]


def budget_blocks(details: Details) -> list[Block]:
    """What the residual is made of."""
    if (made := details.budget) is None:
        return []
    title = f"Error budget at {in_words(made.element)}"
    picture = svg(budget_bars({f"residual {made.total:.2g}": made.norms}), "parts of the residual")
    caption = "The residual is the sum of these parts, which may be larger than it or cancel; the split is an estimate."
    rows = [(part.name, f"{part.norm:.2g}", f"{part.share:.1%}") for part in made.parts]
    header = ("part", "of |f(x)|", "share of the residual")
    notes = {name.capitalize(): text for name, text in made.notes().items()}
    table = Table("The parts", header, rows, "Shares sum to 100 %; one may be negative.")
    separated = Settings("How they were separated", notes)
    return [Figure(title, picture, caption), table, separated, *resolution_blocks(details)]


def resolution_blocks(details: Details) -> list[Block]:
    """How the parts fall as the resolution doubles."""
    if not (made := details.by_resolution):
        return []
    picture = svg(budget_bars({f"{one.size[0]} px": one.norms for one in made}), "parts by resolution")
    figure = Figure("On finer grids", picture, "The same weights on the same band-limited fields, sampled more finely.")
    header, rows = resolution_table(made)
    caption = "Halvings: log2 of the ratio from one grid to the next, 2 for an error of second order."
    return [figure, Table("Parts by resolution", header, rows, caption)]


def orbit_figures(details: Details) -> list[Block]:
    """The latents of one sample as it turns."""
    if details.orbit is None:
        return []
    picture = orbit_picture({"orbit": [details.orbit]}, {"orbit": RIGHT})
    caption = (
        "Grey: latents of an image turned all the way round. Coloured: its first sector, moved by the latent action."
    )
    return [Figure("The orbit of one sample", svg(picture, "orbit in latent space"), caption)]


def truncation_tables(details: Details) -> list[Block]:
    """How much of the residual lies at places whose source is off the grid, or off an axis."""
    if details.truncated is None:
        return []
    caption = (
        "Places whose source is off the grid, or off an axis, are clipped, never wrapped; the rest is the model's."
    )
    return [Table("Truncation", *details.truncated.table(), caption)]


def lie_tables(details: Details) -> list[Block]:
    """The Lie derivative by layer, for every generator."""
    tables = []
    for i, report in enumerate(details.lie):
        figures = report.to_dict()
        rows = [(layer["name"], f"{layer['own']:.2g}", f"{layer['at output']:.2g}") for layer in figures["layers"]]
        rows = [*rows, ("end to end", "", f"{figures['end to end']:.2g}")]
        caption = (
            "|L f| / |f| per radian or pixel, mean over samples; at the output, the layers sum to the end-to-end one."
        )
        tables.append(Table(f"Lie derivative, generator {i}", ("layer", "own", "at output"), rows, caption))
    return tables


def irrep_tables(details: Details) -> list[Block]:
    """How often each irrep occurs in one fibre of each kind."""
    if details.latent is None or details.latent.multiplicities is None:
        return []
    rows = [(str(name), f"{m:.3f}") for name, m in details.latent.multiplicities.items()]
    caption = f"By characters; off whole numbers by {details.latent.off_whole:.2g}."
    return [Table("Irreps of the target's fibres", ("irrep", "multiplicity"), rows, caption)]
