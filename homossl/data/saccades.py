"""Two fixations of each image, with the saccade between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from groups import Element, Group, Translation, image_action
from groups.warp import central
from homossl.data.split import AnySamples, Data, Split, check_split
from homossl.types import Batch
from homossl.views.motion import require_radius


@dataclass(frozen=True, eq=False)
class Fixations:
    """Two fixations of each image, read when a batch is: the centre of the image as it is moved by poses g: (2 n)."""

    images: AnySamples
    poses: Element
    size: int

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self.images.classes

    @property
    def shape(self) -> tuple[int, ...]:
        """(c size size) of one fixation."""
        return self.images.shape[0], self.size, self.size

    def to(self, device: torch.device | str) -> Fixations:
        """The same fixations on another device."""
        return replace(self, images=self.images.to(device), poses=self.poses.to(device))

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given, with motions g2 g1^-1."""
        indices = list(indices)
        for index, seen in zip(indices, self.images.batches(indices), strict=True):
            g = self.poses[:, index.to(self.poses.device)]
            yield Batch(self._fixate(g, seen.still), seen.y, g[1] @ ~g[0])

    def _fixate(self, g: Element, x: Tensor) -> Tensor:
        h, w = x.shape[-2:]
        window = central(h, w, self.size, self.size)
        return image_action(g.group, x.shape[1]).read(g, x, window).movedim(0, 1)


@dataclass(frozen=True)
class Saccades:
    """Two fixations of each image of another data set, size x size pixels about the gaze, and the saccade between them.

    The gaze is drawn from the ball of radius `reach` about the centre of the image, the same every time: fixations see
    x1 = (g1 x)(B) and x2 = (g2 x)(B), and the motion is g2 g1^-1, that of the picture. It is read between pixels by
    interpolation; beyond the image is zero.

    >>> from homossl.data.digits import Digits
    >>> Saccades(Digits(17), size=9, reach=4.0).load("test").shape
    (1, 9, 9)

    Raises:
        ValueError: size is below 1, above the images', or odd where theirs is even; reach or the seed is negative, or
            reach not finite.
        TypeError: the group does not move the plane.
    """

    source: Data
    """The images that are looked at."""
    size: int
    """Pixels along each side of a fixation."""
    reach: float | tuple[float, ...]
    """Greatest distance of the gaze from the centre of the image, in the group's units (pixels, radians)."""
    group: Group = Translation(2)
    """The group of the gaze's motions, such as Translation(2), SE2(), or that of the encoder."""
    seed: int = 0
    """Seed of the fixations."""

    def __post_init__(self) -> None:
        image_action(self.group)
        require_radius("Saccades.reach", self.reach)
        if self.seed < 0:
            raise ValueError(f"seed: expected a non-negative integer, got {self.seed}")

    def load(self, split: Split) -> Fixations:
        """The fixations of one split."""
        check_split(split)
        images = self.source.load(split)
        if self.size < 1 or any(side < self.size or (side - self.size) % 2 for side in images.shape[1:]):
            h, w = images.shape[1:]
            raise ValueError(
                f"size: expected at most the sides of {h} x {w} images, even or odd as they are, got {self.size}"
            )
        state = np.random.SeedSequence([self.seed, split == "test"]).generate_state(1, np.uint64)
        generator = torch.Generator().manual_seed(int(state[0]))
        return Fixations(images, self.group.ball(self.reach, 2, len(images), generator=generator), self.size)
