"""The page of a check."""

from __future__ import annotations

from torch import Tensor

from homossl.report import Figure, Page, Settings, Table, Text, Tiles, machine, svg
from homossl.report.layers import layer_curves
from homossl.report.page import Block
from homossl.verify.blocks import over_angles
from homossl.verify.detail_blocks import detail_blocks
from homossl.verify.result import Report
from homossl.verify.table import ELEMENT_HEADER, LAYER_HEADER, element_row, layer_row

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
    caption = "The own residual of layers at each angle of the turn, mean over samples."
    return over_angles(report.elements, report.layers, lambda layer: layer.own.mean(1), "residual by angle", caption)


def settings(report: Report) -> list[Block]:
    """What was checked, on what."""
    about = {"Source": str(report.source), "Target": str(report.target), "Elements": str(len(report.elements))}
    unchecked = {"Layers that declare no action": ", ".join(report.unclaimed)} if report.unclaimed else {}
    about |= unchecked | {name.capitalize(): str(value) for name, value in report.settings.items()}
    return [Settings("Settings", about), Settings("Machine", machine())]
