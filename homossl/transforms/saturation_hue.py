"""Saturation over octaves, and turns of the hue."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

import homossl.transforms.colour as colour
from homossl.transforms.changes import turn
from homossl.transforms.checks import require_strengths, require_turn
from homossl.transforms.occasional import uniform
from homossl.transforms.recolouring import Recolouring, alone


@dataclass(frozen=True)
class SaturationHue(Recolouring):
    """Saturation multiplied by 2^u, u uniform in [-octaves, octaves], then the hue turned, then clipped to [0, 1].

    Both are linear, as in `ColorJitter`: colours are scaled about their grey value and turned about the grey axis. The
    published ones are coordinates of the HSV cone, where the greatest of the three channels stays as it is.

    Raises:
        ValueError: octaves is negative or not finite, hue not in [0, 1/2], p is no probability, or the images are not
            red, green and blue.

    Source: Tang, Yang & Amit, Biologically plausible training mechanisms for self-supervised learning in deep networks
        (arXiv 2109.15089), the authors' public code.
    """

    octaves: float = 2.0
    """Greatest binary logarithm of the factor of the saturation."""
    hue: float = 0.1
    """Greatest turn of the hue, in full turns."""
    p: float = 1.0
    """Probability that a sample is changed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_strengths(self, "octaves", "hue")
        require_turn(self)

    def maps(self, x: Tensor, generator: torch.Generator | None) -> colour.ColourMap:
        colour.require_colours("SaturationHue", x)
        factor = uniform(x, generator, -self.octaves, self.octaves).exp2().to(x.dtype)
        scale, weights = colour.saturation(x, factor)
        turned, _ = turn(self.hue, x, generator)
        return alone((turned @ scale, weights))
