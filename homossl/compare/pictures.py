"""The pictures of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from homossl.evaluate.latent import Histogram, LatentStructure
from homossl.evaluate.pose import PoseScores
from homossl.evaluate.pose.scores import CONTROLS, ERROR, MRR
from homossl.report.drawing import LEFT, RIGHT, panels, styled
from homossl.report.layers import COLOURS
from homossl.report.statistics import Interval

MOST_NAMES = 20
"""Classes that have their names beside the matrix."""


@styled()
def distances_picture(runs: Mapping[str, LatentStructure]) -> Figure:
    """Densities of the cosine distance within and between classes, one panel for each run."""
    figure, axes = panels(1, len(runs), (8.6, 3.2), sharey=True)
    furthest = max(_furthest(latents.histogram) for latents in runs.values())
    for axis, (name, latents) in zip(axes[0], runs.items(), strict=True):
        for colour, kind in ((LEFT, "within"), (RIGHT, "between")):
            density = getattr(latents.histogram, kind)
            axis.stairs(density, latents.histogram.edges, fill=True, color=colour, alpha=0.35, label=kind)
            axis.axvline(getattr(latents, kind), color=colour, linewidth=1.6)
        axis.set(title=name, xlabel="cosine distance", xlim=(0, furthest), ylim=(0, None))
    axes[0, 0].set_ylabel("density")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


def _furthest(histogram: Histogram) -> float:
    seen = np.asarray(histogram.within) + np.asarray(histogram.between) > 0
    return histogram.edges[int(np.flatnonzero(seen).max(initial=0)) + 1]


@styled()
def similarity_picture(runs: Mapping[str, LatentStructure], classes: Sequence[str]) -> Figure:
    """Mean cosines of each pair of classes, one panel for each run, on one scale of colours."""
    matrices = {name: np.asarray(latents.similarity) for name, latents in runs.items()}
    low, high = (float(bound([bound(m) for m in matrices.values()])) for bound in (np.nanmin, np.nanmax))
    figure, axes = panels(1, len(runs), (8.6, 4.0))
    for axis, (name, matrix) in zip(axes[0], matrices.items(), strict=True):
        image = axis.imshow(matrix, cmap="viridis", vmin=low, vmax=high)
        axis.set_title(name)
        _name(axis, classes)
    figure.colorbar(image, ax=list(axes[0]), label="mean cosine", shrink=0.85)  # the last one stands for both
    return figure


def _name(axis: Axes, classes: Sequence[str]) -> None:
    shown = list(range(len(classes))) if len(classes) <= MOST_NAMES else []
    long = any(len(name) > 2 for name in classes)
    axis.set_xticks(shown, [classes[i] for i in shown], rotation=90 if long else 0)
    axis.set_yticks(shown, [classes[i] for i in shown])


@styled()
def spectra_picture(runs: Mapping[str, LatentStructure]) -> Figure:
    """Singular values of the centred latents relative to the largest one, one line for each run."""
    figure, axes = panels(1, 1, (8.6, 3.4))
    axis = axes[0, 0]
    for colour, (name, latents) in zip(COLOURS, runs.items(), strict=False):
        values = np.asarray(latents.spectrum) / max(latents.spectrum[0], np.finfo(float).tiny)
        label = f"{name}, effective rank {latents.effective_rank:.1f}"
        axis.plot(np.arange(1, len(values) + 1), np.maximum(values, 1e-8), color=colour, label=label, linewidth=1.6)
    axis.set(yscale="log", xlabel="singular value", ylabel="relative to the largest")
    axis.grid(axis="y", color="#e4e7eb", linewidth=0.8)
    figure.legend(loc="outside upper left", ncols=2)
    return figure


@styled()
def motions_picture(runs: Mapping[str, PoseScores]) -> Figure:
    """How well the motion is read, and followed if that is measured, beside controls, with intervals over images."""
    labels = {ERROR: "geodesic error, in the units of the group", MRR: "mean reciprocal rank"}
    measured = next(iter(runs.values())).measures()
    labels = {measure: label for measure, label in labels.items() if measure in measured}
    figure, axes = panels(1, len(labels), (8.6, 2.6), sharey=True)
    for axis, (measure, label) in zip(axes[0], labels.items(), strict=True):
        for i, (colour, (name, pose)) in enumerate(zip(COLOURS, runs.items(), strict=False)):
            _draw(axis, 0.25 * i, pose.measures()[measure], colour, name)
        axis.set(xlabel=label, xlim=(0, None))
    axes[0, 0].set_yticks(np.arange(len(CONTROLS)) + 0.125, CONTROLS)
    axes[0, 0].invert_yaxis()
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


def _draw(axis: Axes, shift: float, numbers: Mapping[str, Interval], colour: str, name: str) -> None:
    means = [numbers[control].mean for control in CONTROLS]
    halves = [numbers[control].half or 0 for control in CONTROLS]
    places = np.arange(len(CONTROLS)) + shift
    axis.errorbar(means, places, xerr=halves, fmt="o", color=colour, label=name, capsize=3, markersize=5)
