"""Changes of colour by amounts drawn for each image."""

from __future__ import annotations

import math

import torch
from torch import Tensor

import homossl.transforms.colour as colour
from homossl.transforms.occasional import uniform


def amount(x: Tensor, generator: torch.Generator | None, low: float, high: float) -> Tensor:
    """An amount for each image of x, in [low, high), of its dtype, (b)."""
    return uniform(x, generator, low, high).to(x.dtype)


def turn(most: float, x: Tensor, generator: torch.Generator | None) -> colour.ColourMap:
    """A turn of the hue of each image, uniform in [-most, most] full turns."""
    angle = 2 * math.pi * most
    return colour.hue(x, amount(x, generator, -angle, angle))
