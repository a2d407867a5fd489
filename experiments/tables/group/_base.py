"""The recipes of the table: one setting with encoders of other groups."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from experiments import cifar10
from experiments.tables._sizes import make_row
from groups import (
    Cyclic,
    Dihedral,
    DirectProduct,
    Group,
    Scale,
    SemidirectProduct,
    Similarity2,
    Translation,
    image_action,
)
from homossl.data import CIFAR10, Data, Digits, Moved
from homossl.encoders import CNN, Architecture, ResNet18, ScaleCNN, ScaleResNet
from homossl.experiment import Row
from homossl.recipes import similarity
from homossl.train import Recipe
from homossl.views import FeatureFibre, InputAugmentation, Near, Window

ZOOM = math.log(2) / 4
STRIDES = (1, 2, 2)


def moved(data: Data, shift: float) -> Moved:
    """Turned by any angle, drawn at 0.7 to 1 of their size, and shifted."""
    return Moved(data, Similarity2(), (math.pi, ZOOM, shift, shift), about=(0.0, -ZOOM, 0.0, 0.0))


SMALL = replace(similarity.hssl, data=moved(Digits(17), 2.0), epochs=10)
PAPER = replace(cifar10.hssl, data=moved(CIFAR10(size=33), 4.0))


@dataclass(frozen=True)
class Kind:
    """An encoder of a group, for digits and for CIFAR-10."""

    title: str
    group: Group
    small: Architecture
    paper: Architecture
    near: tuple[float, float]
    """Greatest motion of a view in the small size."""
    far: tuple[float, float]
    """The same in the paper's."""


def planar(title: str, point: Group, fields: tuple[int, ...], width: int) -> Kind:
    """Shifts, and turns about a point."""
    group = SemidirectProduct(Translation(2), point)
    return Kind(title, group, CNN(fields=fields, steps=STRIDES), ResNet18(width=width), (2.0, math.pi), (8.0, math.pi))


def still(title: str, group: Group, small: Architecture, paper: Architecture, radius: Any) -> Kind:
    """No shifts."""
    return Kind(title, group, small, paper, radius, radius)


_zooms = {"steps": STRIDES, "scales": 3, "turns": 4, "first": 0.9, "pixels": 5}

KINDS = {
    "c1": planar("C1", Cyclic(1), (12, 22, 22), 23),
    "c2": planar("C2", Cyclic(2), (8, 16, 16), 32),
    "c4": planar("C4", Cyclic(4), (6, 11, 11), 44),
    "c8": planar("C8", Cyclic(8), (4, 8, 8), 64),
    "c16": planar("C16", Cyclic(16), (3, 6, 5), 96),
    "d4": planar("D4", Dihedral(4), (4, 8, 8), 64),
    "c1_wide": planar("C1, 64 channels", Cyclic(1), (32, 64, 64), 64),
    "c2_wide": planar("C2, 64 channels", Cyclic(2), (16, 32, 32), 64),
    "c4_wide": planar("C4, 64 channels", Cyclic(4), (8, 16, 16), 64),
    "c16_narrow": planar("C16, 64 channels", Cyclic(16), (2, 4, 4), 64),
    "c4_no_shifts": still("C4, no shifts", Cyclic(4), CNN(fields=(6, 11, 11)), ResNet18(width=44), math.pi),
    "c4_scale": still(
        "C4 x scale, no shifts",
        DirectProduct(Cyclic(4), Scale()),
        ScaleCNN(fields=(6, 9, 8), **_zooms),
        ScaleResNet(width=64, scales=3, turns=4),
        (math.pi, 0.2),
    ),
}
FROZEN = ("c1", "c2", "c4", "c8", "c16", "d4", "c4_scale")
ORDER = (*KINDS, "c1_turned_inputs", *(f"frozen_{kind}" for kind in FROZEN))
_BASELINES = {"c1": None, "c4_no_shifts": None, "c4_scale": "c4_no_shifts"}


def of(kind: str) -> tuple[Recipe, Recipe]:
    """The small recipe and the paper's."""
    k = KINDS[kind]
    encoders = ((SMALL, k.small, k.near), (PAPER, k.paper, k.far))
    small, paper = (
        replace(base, group=k.group, encoder=encoder, views=FeatureFibre(motion=Near(radius), window=Window(3)))
        for base, encoder, radius in encoders
    )
    return small, paper


def trained(kind: str) -> Row:
    """H-SSL with a group."""
    small, paper = of(kind)
    return make_row(KINDS[kind].title, kind, small=small, paper=paper, baseline=_BASELINES.get(kind, "c1"))


def frozen(kind: str) -> Row:
    """The encoder of a group with its initial weights."""
    small, paper = (replace(recipe, epochs=0) for recipe in of(kind))
    name, baseline = f"frozen_{kind}", None if kind == "c1" else "frozen_c1"
    return make_row(f"frozen, {KINDS[kind].title}", name, small=small, paper=paper, baseline=baseline)


def turned_inputs() -> Row:
    """A-SSL of the encoder of C_1, whose inputs are turned by C_8: the views of the group without its encoder."""
    c8 = KINDS["c8"]
    small, paper = (
        replace(
            recipe,
            views=InputAugmentation(image_action(c8.group, channels), Near(radius), window=Window(3)),
        )
        for recipe, channels, radius in zip(of("c1"), (1, 3), (c8.near, c8.far), strict=True)
    )
    return make_row("C1, inputs turned by C8", "c1_turned_inputs", small=small, paper=paper, baseline="c1")
