"""The rows of the tables of a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homossl.verify.layer import LayerResult
from homossl.verify.words import in_words

if TYPE_CHECKING:
    from homossl.verify.result import Report

LAYER_HEADER = ("layer", "kind", "own residual", "worst", "from input", "unmoved", "shuffled", "")
ELEMENT_HEADER = ("element", "mean", "worst", "", "shuffled", "unmoved")


def layer_row(layer: LayerResult, at_fault: bool) -> tuple[str, ...]:
    """A layer as cells of a table."""
    own = format(layer.over_samples(layer.own), ".2g")
    means = [residual.mean() for residual in (layer.total, layer.unmoved, layer.shuffled)]
    worst, *means = (f"{figure.item():.2g}" for figure in (layer.own.max(), *means))
    said = "at fault" if at_fault else "misses by a part" if layer.misses else ""
    training = f", {layer.training:.2g} in training" if layer.misses_in_training else ""
    return layer.title, layer.kind, own, worst, *means, said + training


def element_row(report: Report, i: int) -> tuple[str, ...]:
    """An element as cells of a table."""
    whole = report.whole
    figures = (whole.own[i].mean(), whole.own[i].max(), whole.shuffled[i].mean(), whole.unmoved[i].mean())
    mean, worst, shuffled, unmoved = (f"{figure.item():.2g}" for figure in figures)
    return in_words(report.elements[i]), mean, worst, kind_of(whole, i), shuffled, unmoved


def kind_of(layer: LayerResult, i: int) -> str:
    """Whether anything is interpolated for an element, and whether anything can be told then."""
    if layer.exact[i]:
        return "exact"
    return "interpolated" if layer.tolerance[i].isfinite() else "too coarse to tell"
