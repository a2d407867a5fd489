"""Parts of a page about the layers of a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from torch import Tensor

from groups import Element
from homossl.report import Figure, svg
from homossl.report.page import Block
from homossl.report.polar import polar
from homossl.verify.elements import turns

MOST_LAYERS, FEWEST_ANGLES = 6, 3


class Titled(Protocol):
    """A layer with a name to print."""

    @property
    def title(self) -> str: ...


L = TypeVar("L", bound=Titled)


def over_angles(
    g: Element, layers: Sequence[L], quantity: Callable[[L], Tensor], label: str, caption: str
) -> list[Block]:
    """A quantity of a few layers, one value for each element g: (n), over the angle of those that turn the plane."""
    angles, turned = turns(g)
    if len(set(angles)) < FEWEST_ANGLES:
        return []
    step = math.ceil(len(layers) / MOST_LAYERS)
    shown = layers[::-1][::step][::-1]
    curves = {layer.title: (angles, quantity(layer)[turned].tolist()) for layer in shown}
    return [Figure("Over the angle", svg(polar(curves), label), caption)]
