"""How pictures look, and how they get onto a page. Nothing here touches matplotlib's global state."""

from __future__ import annotations

import math
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO, StringIO
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

GREY = "#8a8f98"
INK = "#22262b"
LEFT, RIGHT = "#0072b2", "#d55e00"
"""The two views of a pair."""

STYLE: Any = {
    "axes.edgecolor": "#c3c8cf",
    "axes.grid": False,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 9,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "homossl",
    "text.color": INK,
    "xtick.color": "#59616b",
    "ytick.color": "#59616b",
}


@contextmanager
def styled() -> Iterator[None]:
    """Our style inside, the caller's afterwards; also a decorator."""
    with matplotlib.rc_context(STYLE):
        yield


def blank(size: tuple[float, float]) -> Figure:
    """An empty figure of a size (width, height) in inches."""
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def panels(rows: int, columns: int, size: tuple[float, float], **options: Any) -> tuple[Figure, np.ndarray]:
    """An empty figure of a size (width, height) in inches, and its axes, (rows columns)."""
    figure = blank(size)
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def tiled(count: int, height: float, columns: int = 3, **options: Any) -> tuple[Figure, list[Axes]]:
    """An empty figure of so many panels, each of a height in inches, in rows of at most so many, and their axes."""
    rows = math.ceil(count / columns)
    figure, axes = panels(rows, min(count, columns), (8.6, height * rows), **options)
    for spare in axes.flat[count:]:
        spare.set_visible(False)
    return figure, list(axes.flat[:count])


def bare(axes: Axes) -> None:
    """No ticks and no frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def svg(figure: Figure, description: str) -> str:
    """The figure as an inline <svg>, without the addresses that a file of its own would carry."""
    file = StringIO()
    with styled():
        figure.savefig(file, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    markup = re.sub(r' xmlns(:\w+)?="[^"]*"', "", file.getvalue()[file.getvalue().index("<svg") :])
    markup = markup.replace("xlink:href", "href")
    return markup.replace("<svg", f'<svg role="img" aria-label="{escape(description, quote=True)}"', 1)


def png(figure: Figure, description: str, dpi: int = 160) -> str:
    """The figure as an <img> that holds its own data."""
    data = b64encode(pixels(figure, dpi)).decode()
    return f'<img alt="{escape(description, quote=True)}" src="data:image/png;base64,{data}">'


def pixels(figure: Figure, dpi: int = 160) -> bytes:
    """The figure as a PNG file."""
    file = BytesIO()
    with styled():
        figure.savefig(file, format="png", dpi=dpi)
    return file.getvalue()
