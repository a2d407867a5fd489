"""The page of a check."""

from __future__ import annotations

import math

from torch import Tensor

from homossl.report import Figure, Page, Settings, Table, Text, Tiles, machine, orbit_picture, svg
from homossl.report.bars import budget_bars
from homossl.report.drawing import RIGHT
from homossl.report.layers import layer_curves
from homossl.report.page import Block
from homossl.report.polar import polar
from homossl.verify.details import Details, lie_figures, resolution_table
from homossl.verify.elements import turns
from homossl.verify.result import ELEMENT_HEADER, LAYER_HEADER, Report, element_row, layer_row
from homossl.verify.words import in_words

LEAD = "A homomorphism carries the action on inputs to the action on features: f(g x) = ρ(g) f(x), layer by layer."
READING = [
    "Own residual: |f(gh) − ρ(g) f(h)| / |ρ(g) f(h)| of the layer for its own input h, so that no fault of an earlier "
    "layer is counted; the mean over elements and samples with its 95 % interval over samples. From input: that of "
    "everything from the image up to the end of the layer.",
    "Controls: unmoved compares f(gh) with f(h), and is small for an invariant; shuffled compares it with ρ(g') f(h) "
    "for another element. A residual that is not well below them says nothing for the claim.",
    "Exact: nothing is interpolated for this element, so that a residual above rounding is the model's own. "
    "Interpolated: a correct layer misses too, by what interpolation, the border and sampled filters add.",
    "A layer is at fault if it misses its tolerance, and none of its parts does.",
]
POLAR_LAYERS, FEWEST_ANGLES = 6, 3


def page(report: Report) -> Page:
    """The page of a check."""
    by_layer = [layer_row(layer, layer in report.faults) for layer in report.layers]
    by_element = [element_row(report, i) for i in range(len(report.elements))]
    layers = Table("Layers", LAYER_HEADER, by_layer, "As they run; the worst is over elements and samples.")
    elements = Table("Elements", ELEMENT_HEADER, by_element, "The model as a whole.")
    verdict = Text("Verdict", report.verdict().split("\n"))
    figures = [depth_figure(report), *turn_figures(report), *detail_blocks(report.details)]
    blocks = [tiles(report), verdict, *figures, layers, elements]
    return Page(f"Check of {report.model}", LEAD, [*blocks, Text("How to read it", READING), *settings(report)])


def tiles(report: Report) -> Tiles:
    """The verdict in three numbers."""
    whole, exact = report.whole, report.whole.exact
    numbers = {"layers at fault": f"{len(report.faults)} of {len(report.layers)}"}
    if exact.any():
        numbers["worst residual where exact"] = f"{whole.own[exact].max().item():.2g}"
    if not exact.all():
        numbers["mean residual where interpolated"] = f"{whole.own[~exact].mean().item():.2g}"
    return Tiles(numbers)


def mean_where(residual: Tensor, elements: Tensor) -> float:
    """The mean over some of the elements of residuals (g b), not a number where there are none."""
    return residual[elements].mean().item()


CURVES = {
    "own, exact": lambda layer: mean_where(layer.own, layer.exact),
    "own, interpolated": lambda layer: mean_where(layer.own, ~layer.exact),
    "from input": lambda layer: layer.total.mean().item(),
    "shuffled": lambda layer: layer.shuffled.mean().item(),
    "unmoved": lambda layer: layer.unmoved.mean().item(),
}


def depth_figure(report: Report) -> Figure:
    """The residuals and their controls, layer by layer."""
    curves = {name: [value(layer) for layer in report.layers] for name, value in CURVES.items()}
    picture = layer_curves(curves, [layer.title for layer in report.layers], "residual")
    return Figure("Through the layers", svg(picture, "residual by layer"), "Mean over elements and samples.")


def turn_figures(report: Report) -> list[Block]:
    """The residual over the angle, where elements turn the plane, for a few layers."""
    angles, turned = turns(report.elements)
    if len(set(angles)) < FEWEST_ANGLES:
        return []
    step = math.ceil(len(report.layers) / POLAR_LAYERS)
    shown = report.layers[::-1][::step][::-1]
    curves = {layer.title: (angles, layer.own[turned].mean(1).tolist()) for layer in shown}
    caption = "The own residual of layers at each angle of the turn, mean over samples."
    return [Figure("Over the angle", svg(polar(curves), "residual by angle"), caption)]


def detail_blocks(details: Details) -> list[Block]:
    """The budget as bars, the orbit as a picture, and the Lie derivatives and irreps as tables."""
    return [*budget_blocks(details), *orbit_figures(details), *lie_tables(details), *irrep_tables(details)]


def budget_blocks(details: Details) -> list[Block]:
    """What the residual is made of."""
    if (made := details.budget) is None:
        return []
    title = f"Error budget at {in_words(made.element)}"
    picture = svg(budget_bars({f"residual {made.total:.2g}": made.norms}), "parts of the residual")
    caption = "The residual is the sum of these parts, which may be larger than it or cancel; the split is an estimate."
    rows = [(part.name, f"{part.norm:.2g}", f"{part.share:.1%}") for part in made.parts]
    header = ("part", "of |f(x)|", "share of the residual")
    sweep = ", ".join(f"{residual:.2g} within {radius:.3g} pixels" for radius, residual in made.mask_sweep)
    rounded = ", ".join(f"{value:.2g} in {name}" for name, value in made.precision.items())
    there = "{:.2g} of the input, {:.2g} of the features".format(*made.there_and_back)
    notes = {part.name.capitalize(): part.note for part in made.parts}
    measured = notes | {"There and back": there, "Within discs": sweep, "Rounding": rounded}
    table = Table("The parts", header, rows, "Shares sum to 100 %; one may be negative.")
    separated = Settings("How they were separated", measured)
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


def lie_tables(details: Details) -> list[Block]:
    """The Lie derivative by layer, for every generator."""
    tables = []
    for i, report in enumerate(details.lie):
        figures = lie_figures(report)
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


def settings(report: Report) -> list[Block]:
    """What was checked, on what."""
    about = {"Source": str(report.source), "Target": str(report.target), "Elements": str(len(report.elements))}
    unchecked = {"Layers that declare no action": ", ".join(report.unclaimed)} if report.unclaimed else {}
    about |= unchecked | {name.capitalize(): str(value) for name, value in report.settings.items()}
    return [Settings("Settings", about), Settings("Machine", machine())]
