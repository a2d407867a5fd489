"""The recipes of the table: H-SSL with windows of four sizes at four distances."""

from __future__ import annotations

import math
from dataclasses import replace

from experiments import cifar10
from experiments.tables._sizes import make_row
from homossl import recipes
from homossl.experiment import Row
from homossl.views import Bounded, FeatureFibre, Motion, Near, Uniform, Window

SMALL, PAPER = replace(recipes.hssl, epochs=10), cifar10.hssl

SIZES = {1: 1, 3: 2, 5: 3, 9: 5}
"""Cells of 9, and of the 5 of the paper's size."""
DISTANCES: dict[str, tuple[str, Motion, Motion]] = {
    "none": ("not moved", Near((0.0, 0.0)), Near((0.0, 0.0))),
    "near": ("1 pixel", Near((1.0, 0.0)), Near((2.0, 0.0))),
    "far": ("3 pixels and a quarter turn", Near((3.0, 1.6)), Near((8.0, 1.6))),
    "any": ("anywhere", Uniform(), Near((16.0, math.pi))),
}
"""Title, motion of the small size and of the paper's."""
ORDER = ("frozen", *(f"w{size}_{distance}" for size in SIZES for distance in DISTANCES), "w5_bounded")


def trained(size: int, distance: str) -> Row:
    """A window at a distance."""
    said, *motions = DISTANCES[distance]
    return _row(f"{size} x {size} cells, {said}", f"w{size}_{distance}", size, *motions)


def bounded(size: int) -> Row:
    """Both windows anywhere, and within the distance of `far` of each other: topographic H-SSL."""
    said = f"{size} x {size} cells anywhere, 3 pixels and a quarter turn apart"
    return _row(said, f"w{size}_bounded", size, Bounded((3.0, 1.6)), Bounded((8.0, 1.6)))


def frozen() -> Row:
    """Initial weights."""
    small, paper = (replace(base, epochs=0) for base in (SMALL, PAPER))
    return make_row("frozen", "frozen", small=small, paper=paper)


def _row(title: str, name: str, size: int, *motions: Motion) -> Row:
    small, paper = (
        replace(base, views=FeatureFibre(motion=motion, window=Window(cells)))
        for base, motion, cells in zip((SMALL, PAPER), motions, (size, SIZES[size]), strict=True)
    )
    return make_row(title, name, small=small, paper=paper, baseline="frozen")
