"""Changes of colour by amounts drawn for each image."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

import homossl.transforms.colour as colour
from homossl.transforms.occasional import uniform

Change = Callable[[Tensor], colour.ColourMap]


def by(change: Callable[[Tensor, Tensor], colour.ColourMap], amount: Tensor) -> Change:
    """A change of each image by an amount: (b)."""
    return lambda x: change(x, amount.to(x.dtype))


def turning(most: float, x: Tensor, generator: torch.Generator | None) -> Change:
    """A turn of the hue of each image, uniform in [-most, most] full turns."""
    angle = 2 * math.pi * most
    return by(colour.hue, uniform(x, generator, -angle, angle))
