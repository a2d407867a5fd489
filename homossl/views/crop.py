"""Random resized crops as motions of the picture."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Affine2, Element, Group, Similarity2
from homossl.views.checks import require_probability, require_whole
from homossl.views.motion import Motion

ATTEMPTS = 10


@dataclass(frozen=True)
class RandomResizedCrop(Motion):
    """Two crops of a size x size image, resized to the image's own grid and flipped, drawn as torchvision draws them.

    The window of a crop, theta, maps the grid of the view to the place in the image where it is read; the picture moves
    by g = theta^-1, an element of `Affine2`, or of `Similarity2` where ratio = (1, 1) and flip = 0. Unlike the resized
    crop, an image that is moved by g with padding "border" interpolates across the border of the crop.

    >>> from groups import image_action
    >>> from homossl.views import InputAugmentation
    >>> views = InputAugmentation(image_action(Affine2(), 3, padding="border"), RandomResizedCrop(32))

    Raises:
        ValueError: size is no whole number from 1, scale no interval in (0, 1], ratio none above 0, flip is no
            probability, or the images are not of that size.
        TypeError: such crops are no elements of the group.

    Source: Szegedy et al., Going deeper with convolutions (arXiv 1409.4842), section 6; theta is that of S-TEC (arXiv
        2210.09224), the authors' public code.
    """

    size: int
    """Pixels along each side of the image."""
    scale: tuple[float, float] = (0.08, 1.0)
    """Least and greatest area of the crop, relative to the image."""
    ratio: tuple[float, float] = (3 / 4, 4 / 3)
    """Least and greatest width of the crop, relative to its height."""
    flip: float = 0.5
    """Probability that left and right are exchanged."""

    def __post_init__(self) -> None:
        require_whole("RandomResizedCrop.size", self.size)
        if not _is_interval(self.scale, 1):
            raise ValueError(f"RandomResizedCrop.scale is a tuple (low, high) in (0, 1], got {self.scale}")
        if not _is_interval(self.ratio, sys.float_info.max):
            raise ValueError(f"RandomResizedCrop.ratio is a tuple (low, high), finite and above 0, got {self.ratio}")
        require_probability("RandomResizedCrop.flip", self.flip)

    def fits(self, x: Tensor) -> bool:
        return x.shape[-2:] == (self.size, self.size)

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        flipped = torch.rand(2, n, generator=rng, device=rng.device) < self.flip
        boxes = self.boxes(2, n, generator=rng)
        if isinstance(group, Affine2):
            return crop_motion(boxes, flipped, (self.size, self.size))
        if type(group) is Similarity2 and self.ratio == (1, 1) and not self.flip:
            return _zoom_motion(boxes, self.size)
        raise TypeError(
            f"{self} draws elements of Affine2(), or of Similarity2() where ratio = (1, 1) and flip = 0, not of {group}"
        )

    def boxes(self, *shape: int, generator: torch.Generator) -> Tensor:
        """Crops (top, left, height, width) in whole pixels, (*shape 4), on the generator's device."""
        tried = self._sides(torch.rand(2, ATTEMPTS, *shape, generator=generator, device=generator.device))
        fits = ((tried > 0) & (tried <= self.size)).all(0)
        first = fits.byte().argmax(0).expand(2, 1, *shape)
        found, fallback = fits.any(0), self._fallback(shape, generator.device)
        sides = torch.where(found, tried.gather(1, first)[:, 0], fallback)
        room, place = self.size - sides, torch.rand(2, *shape, generator=generator, device=generator.device)
        corner = torch.where(found, (place * (room + 1)).floor().minimum(room), room // 2)
        return torch.cat([corner, sides]).movedim(0, -1)

    def _sides(self, u: Tensor) -> Tensor:
        (low, high), (narrow, wide) = self.scale, map(math.log, self.ratio)
        area, ratio = self.size**2 * (low + (high - low) * u[0]), (narrow + (wide - narrow) * u[1]).exp()
        return torch.stack([area / ratio, area * ratio]).sqrt().round()

    def _fallback(self, shape: tuple[int, ...], device: torch.device) -> Tensor:
        narrow, wide = self.ratio
        sides = round(self.size / max(narrow, 1)), round(self.size * min(wide, 1))
        return torch.stack([torch.full(shape, float(max(side, 1)), device=device) for side in sides])


def crop_motion(box: Tensor, flipped: Tensor, sides: tuple[int, int]) -> Element:
    """How a resized crop of an h x w image moves the picture, g = theta^-1 in `Affine2`.

    theta = [[sx, 0, l + (w' - w) / 2], [0, sy, (h - h') / 2 - t], [0, 0, 1]], sx = w' / w, sy = h' / h, in pixels from
    the centre, y up, for a crop box = (t, l, h', w'): (*batch 4); flipped: (*batch) bool negates sx.
    """
    top, left, height, width = box.unbind(-1)
    h, w = sides
    x, y = left + (width - w) / 2, (h - height) / 2 - top
    a, d, zero = w / width * (1 - 2 * flipped.to(box.dtype)), h / height, torch.zeros_like(x)
    return Affine2().element(torch.stack([a, zero, zero, d, -a * x, -d * y], dim=-1))


def _is_interval(value: object, most: float) -> bool:
    if not (isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, int | float) for v in value)):
        return False
    return 0 < value[0] <= value[1] <= most


def _zoom_motion(boxes: Tensor, size: int) -> Element:
    a, *_, x, y = crop_motion(boxes, boxes.new_zeros(boxes.shape[:-1]).bool(), (size, size)).params.unbind(-1)
    return Similarity2().element(torch.stack([torch.zeros_like(a), a.log(), x, y], dim=-1))
