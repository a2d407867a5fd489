"""Random affine maps of the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Affine2, Element, Group
from homossl.views.checks import require_probability, require_whole
from homossl.views.motion import Motion


@dataclass(frozen=True)
class RandomAffine(Motion):
    """Two affine maps of a size x size image, theta = (I + U, t) F, U and t uniform about 0, F a flip or none.

    theta maps the grid of the view to the place in the image where it is read, in coordinates in which the image spans
    [-1, 1], as torch's affine_grid does; the picture moves by g = theta^-1, an element of `Affine2`.

    >>> from groups import image_action
    >>> from homossl.views import InputAugmentation
    >>> views = InputAugmentation(image_action(Affine2(), 3), RandomAffine(32))

    Raises:
        ValueError: size is no whole number from 1, deviation not in [0, 1/2), from where on theta may be singular,
            shift negative or not finite, flip is no probability, or the images are not of that size.
        TypeError: the group is not Affine2().

    Source: Tang, Yang & Amit, Biologically plausible training mechanisms for self-supervised learning in deep networks
        (arXiv 2109.15089), the authors' public code.
    """

    size: int
    """Pixels along each side of the image."""
    deviation: float = 0.25
    """Greatest entry of U, (2 2), which are drawn independently."""
    shift: float = 0.5
    """Greatest entry of t, in halves of the image's side."""
    flip: float = 0.5
    """Probability that left and right of the view are exchanged."""

    def __post_init__(self) -> None:
        require_whole("RandomAffine.size", self.size)
        if not 0 <= self.deviation < 0.5:
            raise ValueError(f"RandomAffine.deviation is in [0, 0.5), where no map is singular, got {self.deviation}")
        if not 0 <= self.shift < math.inf:
            raise ValueError(f"RandomAffine.shift is finite and not negative, got {self.shift}")
        require_probability("RandomAffine.flip", self.flip)

    def fits(self, x: Tensor) -> bool:
        return x.shape[-2:] == (self.size, self.size)

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        if not isinstance(group, Affine2):
            raise TypeError(f"{self} draws elements of Affine2(), not of {group}")
        return affine_motion(self.thetas(2, n, generator=rng), self.size)

    def thetas(self, *shape: int, generator: torch.Generator) -> Tensor:
        """Where views are read, as torch's affine_grid takes it, (*shape 2 3), on the generator's device."""
        flipped = torch.rand(*shape, generator=generator, device=generator.device) < self.flip
        linear = torch.eye(2, device=generator.device) + _uniform(self.deviation, *shape, 2, 2, generator=generator)
        mirrored = torch.where(flipped[..., None], -linear[..., 0], linear[..., 0])
        shift = _uniform(self.shift, *shape, 2, generator=generator)
        return torch.stack([mirrored, linear[..., 1], shift], dim=-1)


def affine_motion(theta: Tensor, side: int) -> Element:
    """How the picture moves where a side x side view is read at theta: (*batch 2 3), g = theta^-1 in `Affine2`.

    From coordinates in which the image spans [-1, 1], y down, to pixels from the centre, y up.
    """
    (a, b, x), (c, d, y) = (row.unbind(-1) for row in theta.unbind(-2))
    return ~Affine2().element(torch.stack([a, -b, -c, d, side / 2 * x, -side / 2 * y], dim=-1))


def _uniform(most: float, *shape: int, generator: torch.Generator) -> Tensor:
    return most * (2 * torch.rand(*shape, generator=generator, device=generator.device) - 1)
