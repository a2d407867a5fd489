"""What the tables of homomorphic SSL share: three motions, each on moved inputs and in feature space."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from experiments import cifar10
from experiments.tables._sizes import ONE_PASS, few_labels, linear, make_row
from groups import Cyclic, Group, Scale, SemidirectProduct, Torus, Translation
from homossl.data import Data, Digits
from homossl.encoders import CNN, Architecture, ScaleCNN
from homossl.experiment import Row, Size, Table
from homossl.recipes import similarity
from homossl.structure import Structure
from homossl.train import Recipe
from homossl.views import FeatureFibre, InputAugmentation, Motion, Near, Window

Kind = Literal["frozen", "assl", "hssl", "broken"]
DIGITS = Digits(17)
OURS = "The paper's hyper-parameters could not be read: these are ours"
MOTIONS = ("rotation", "translation", "scale")
ORDER = tuple(f"{motion}_{kind}" for motion in MOTIONS for kind in ("frozen", "assl", "hssl", "broken"))
BASELINES: dict[Kind, str | None] = {"frozen": None, "assl": "frozen", "hssl": "assl", "broken": "hssl"}
TITLES: dict[Kind, str] = {"frozen": "frozen", "assl": "A-SSL", "hssl": "H-SSL", "broken": "H-SSL without structure"}
ABOUT = """Homomorphic SSL against augmentation-based SSL on {}, by rotation, translation and scale.

The paper's claims are that both learn as well where the encoder is a homomorphism, and that feature-space SSL fails
without structure; its figures could not be read. Differences: of A-SSL to the encoder that is not trained, of H-SSL to
A-SSL with the same draws, of H-SSL without structure to H-SSL. On the torus of the smaller sizes translations are
exact; eighths of a turn and zooms are interpolated, and so are translations where networks stride.
"""
BROKEN: dict[str, Structure] = {"rotation": "untied", "translation": "permuted_base", "scale": "untied"}
"""A convolution has no filters to untie: where only shifts are followed, its places are permuted."""


@dataclass(frozen=True)
class Moving:
    """A group, an encoder that it moves, and how views are drawn."""

    group: Group
    encoder: Architecture
    motion: Motion
    window: Window


def toy(size: int) -> dict[str, Moving]:
    """Small networks for images of size x size pixels, 2^k + 1; translations are those of a torus."""
    steps = (1, 2, 2)
    scales = ScaleCNN(fields=(6, 9, 9), steps=steps, scales=4, first=0.7, pixels=5)
    return {
        "rotation": Moving(Cyclic(8), CNN(fields=(4, 8, 8), steps=steps), Near(0.8), Window(fibre=1)),
        "translation": Moving(
            Torus(size, size),
            CNN(fields=(12, 22, 22), steps=(1, 1, 1)),
            Near(3.0),
            Window(size // 2 + 1 - size // 2 % 2),
        ),
        "scale": Moving(Scale(), scales, Near(0.35), Window(fibre=1)),
    }


def large(plain: Architecture, scales: Architecture) -> dict[str, Moving]:
    """Networks that stride, for the size of the paper."""
    shifts = SemidirectProduct(Translation(2), Cyclic(1))
    return {
        "rotation": Moving(Cyclic(8), plain, Near(0.8), Window(fibre=1)),
        "translation": Moving(shifts, plain, Near((8.0, 0.0)), Window(3)),
        "scale": Moving(Scale(), scales, Near(math.log(2) / 2), Window(fibre=1)),
    }


def of(base: Recipe, moving: Moving, kind: Kind, broken: Structure) -> Recipe:
    """A recipe with the motions of a group."""
    source = InputAugmentation if kind == "assl" else FeatureFibre
    return replace(
        base,
        group=moving.group,
        encoder=moving.encoder,
        views=source(motion=moving.motion, window=moving.window),
        structure=broken if kind == "broken" else "intact",
        epochs=0 if kind == "frozen" else base.epochs,
    )


@dataclass(frozen=True)
class Setting:
    """What the rows of one of the tables share."""

    small: Recipe
    small_moving: Mapping[str, Moving]
    paper: Recipe
    paper_moving: Mapping[str, Moving]
    data: str
    """How the data of the small size differ from the paper's."""

    def row(self, motion: str, kind: Kind) -> Row:
        """A row of the table."""
        sizes = ((self.small, self.small_moving), (self.paper, self.paper_moving), (SMOKE, toy(DIGITS.size)))
        small, paper, smoke = (of(base, moving[motion], kind, BROKEN[motion]) for base, moving in sizes)
        baseline = BASELINES[kind] and f"{motion}_{BASELINES[kind]}"
        title = f"{motion}, {TITLES[kind]}"
        differs = self.differs()
        return make_row(
            title, f"{motion}_{kind}", small=small, paper=paper, smoke=smoke, differs=differs, baseline=baseline
        )

    def differs(self) -> dict[Size, str]:
        """How each size differs from the paper."""
        return {"smoke": f"Digits, {ONE_PASS}", "small": self.data, "paper": OURS}


SMOKE = replace(similarity.hssl, data=DIGITS, epochs=1)


def small(data: Data, epochs: int) -> Recipe:
    """The small recipe on some data."""
    return replace(similarity.hssl, data=data, epochs=epochs)


def paper(data: Data, epochs: int) -> Recipe:
    """The recipe of the paper's size on some data."""
    return replace(cifar10.hssl, data=data, epochs=epochs)


def make_table(data: str, setting: Setting) -> Table:
    """The table of a data set, by its name."""
    small, paper = setting.small.data, setting.paper.data
    return Table(
        title=f"H-SSL and A-SSL on {data}",
        tasks={"smoke": few_labels(DIGITS), "small": few_labels(small), "paper": linear(paper)},
        seeds={"smoke": 1, "small": 3, "paper": 3},
        about=ABOUT.format(data).strip(),
        order=ORDER,
    )
