"""Colour jitter and random grey."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

import homossl.transforms.colour as colour
from homossl.transforms.changes import amount, turn
from homossl.transforms.checks import require_strengths, require_turn
from homossl.transforms.occasional import uniform
from homossl.transforms.recolouring import Recolouring, alone


@dataclass(frozen=True)
class ColorJitter(Recolouring):
    """Brightness, contrast, saturation and hue changed in an order drawn for each sample, clipped to [0, 1] after each.

    Factors are uniform in [max(0, 1 - v), 1 + v], as torchvision's. The hue is an element of SO(2), uniform in
    [-2 pi hue, 2 pi hue], acting by `groups.hue_action`: colours turn about the grey axis, linearly, where torchvision
    turns them in the HSV cone. Images have 3 channels, or 1 where saturation and hue are 0.

    >>> ColorJitter.simclr(0.5)
    ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1, p=0.8)

    Raises:
        ValueError: a strength is negative or not finite, hue is above 1/2, p is no probability, or one channel has
            colours to change.

    Source: Chen et al., A simple framework for contrastive learning of visual representations (arXiv 2002.05709),
        appendix A.
    """

    brightness: float = 0.0
    """Greatest change of brightness, relative."""
    contrast: float = 0.0
    """Greatest change of contrast, relative."""
    saturation: float = 0.0
    """Greatest change of saturation, relative."""
    hue: float = 0.0
    """Greatest turn of the hue, in full turns."""
    p: float = 0.8
    """Probability that a sample is changed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_strengths(self, "brightness", "contrast", "saturation", "hue")
        require_turn(self)

    @classmethod
    def simclr(cls, strength: float) -> ColorJitter:
        """Strengths (0.8, 0.8, 0.8, 0.2) times a factor, with probability 0.8."""
        return cls(0.8 * strength, 0.8 * strength, 0.8 * strength, 0.2 * strength, p=0.8)

    def maps(self, x: Tensor, generator: torch.Generator | None) -> colour.ColourMap:
        if self.saturation or self.hue:
            colour.require_colours("ColorJitter with saturation or hue", x)
        changes = self._changes(x, generator) or [colour.brightness(x, x.new_ones(len(x)))]
        order = uniform(x, generator, 0.0, 1.0, len(changes)).argsort(1)
        sample = torch.arange(len(x), device=x.device)[:, None]
        matrices, weights = (torch.stack(parts, dim=1)[sample, order] for parts in zip(*changes, strict=True))
        return matrices, weights

    def _changes(self, x: Tensor, generator: torch.Generator | None) -> list[colour.ColourMap]:
        factors = [
            (colour.brightness, self.brightness),
            (colour.contrast, self.contrast),
            (colour.saturation, self.saturation),
        ]
        changes = [change(x, amount(x, generator, max(0.0, 1 - v), 1 + v)) for change, v in factors if v]
        return [*changes, turn(self.hue, x, generator)] if self.hue else changes


@dataclass(frozen=True)
class RandomGrayscale(Recolouring):
    """Every channel replaced by the grey value.

    Raises:
        ValueError: p is no probability, or x has neither 1 nor 3 channels.
    """

    p: float = 0.2
    """Probability that a sample is changed."""

    def maps(self, x: Tensor, generator: torch.Generator | None) -> colour.ColourMap:
        return alone(colour.saturation(x, x.new_zeros(len(x))))
