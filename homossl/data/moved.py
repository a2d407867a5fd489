"""A data set with every image moved once and for all, so that its pose is a nuisance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch

from groups import Element, LieGroup, image_action
from homossl.data.images import Images
from homossl.data.split import Data, Split


@dataclass(frozen=True)
class Moved:
    """The images of a data set, x_i -> g_i x_i with g_i = h_i exp(about), h_i drawn from a ball about the identity.

    Every image is moved by the same element every time; what lies beyond its border is zero.

    >>> from groups import Similarity2
    >>> from homossl.data import Digits
    >>> Moved(Digits(17), Similarity2(), radius=(1.0, 0.3, 2.0, 2.0)).load("test").x.shape
    torch.Size([500, 1, 17, 17])

    Raises:
        TypeError: the group has no exp, or the data are no images in memory.
        ValueError: the radius, or `about`, does not fit the group.
    """

    data: Data
    """What is moved."""
    group: Any
    """Whose elements move it."""
    radius: float | tuple[float, ...]
    """Greatest motion: one number, or one per coordinate of the algebra."""
    about: tuple[float, ...] | None = None
    """The algebra vector of the motion about which the others lie; None the identity."""
    seed: int = 0
    """Seed of the motions."""

    def __post_init__(self) -> None:
        if not isinstance(self.group, LieGroup):
            raise TypeError(f"Moved needs a group with exp, such as Similarity2(), got {self.group!r}")
        if self.about is not None and len(self.about) != self.group.algebra_dim:
            raise ValueError(f"about: expected {self.group.algebra_dim} numbers for {self.group}, got {self.about}")
        self.motions(1, "train")

    def load(self, split: Split) -> Images:
        """The moved images of one split, x: (n c h w) float32."""
        images = self.data.load(split)
        if not isinstance(images, Images):
            raise TypeError(f"Moved moves images in memory, got {type(images).__name__}")
        x = images.batch(torch.arange(len(images))).x
        moved = image_action(self.group, x.shape[1])(self.motions(len(x), split), x)
        return replace(images, x=moved.clamp(0, 1))

    def motions(self, n: int, split: Split) -> Element:
        """What each of n images is moved by, (n)."""
        generator = torch.Generator().manual_seed(2 * self.seed + (split == "test"))
        drawn = self.group.ball(self.radius, n, generator=generator)
        return drawn if self.about is None else drawn @ self.group.exp(torch.tensor(self.about))
