"""Curves of runs over training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from homossl.report import Curve, angle_curves, training_curves
from homossl.report.layers import COLOURS
from homossl.run_report.logged import LoggedRun, Runs, angled, layers_of
from homossl.train.logs import ANGLE


def training_picture(runs: Runs) -> Figure | None:
    """The loss and the speed; None where there are no runs."""
    quantities = {"loss": "loss", "images per second": "images_per_s"}
    return training_curves({label: curves(runs, name) for label, name in quantities.items()}) if runs else None


def terms_picture(runs: Runs) -> Figure | None:
    """The terms that the runs share; None where there are none."""
    quantities = {term: curves(runs, term) for term in shared_terms(runs)}
    return training_curves(quantities) if quantities else None


def angles_picture(runs: Runs) -> Figure | None:
    """The angles of every run that has measured them; None where none has."""
    layers = layers_of(runs)
    lines = {title: angle_lines(run, layers) for title, run in angled(runs).items()}
    return angle_curves(lines) if lines else None


def curves(runs: Runs, quantity: str) -> list[Curve]:
    """A number over the training of each run that has logged it."""
    coloured = zip(runs.items(), distinct(len(runs)), strict=True)
    lines = [line(run, quantity, title, colour) for (title, run), colour in coloured]
    return [curve for curve in lines if len(curve.x)]


def angle_lines(run: LoggedRun, layers: Sequence[str]) -> list[Curve]:
    """The angle of each layer that has one in this run, coloured by its depth among all layers."""
    lines = [line(run, ANGLE + layer, layer, colour) for layer, colour in zip(layers, shades(len(layers)), strict=True)]
    return [curve for curve in lines if len(curve.x)]


def line(run: LoggedRun, quantity: str, name: str, colour: str) -> Curve:
    """A number over the training of one run."""
    epochs, values = run.series(quantity)
    return Curve(name, colour, torch.tensor(epochs), torch.tensor([values]))


def shared_terms(runs: Runs) -> list[str]:
    """Terms that at least two runs have logged, or the only run has; angles are none of them."""
    counts = Counter(term for run in runs.values() for term in run.terms if not term.startswith(ANGLE))
    return [term for term, count in counts.items() if count >= min(2, len(runs))]


def distinct(count: int) -> list[str]:
    """Colours that tell runs apart."""
    return list(COLOURS[:count]) if count <= len(COLOURS) else shades(count, "turbo")


def shades(count: int, scale: str = "viridis") -> list[str]:
    """Colours along a scale, without its lightest end."""
    return [to_hex(colormaps[scale](0.9 * i / max(1, count - 1))) for i in range(count)]
