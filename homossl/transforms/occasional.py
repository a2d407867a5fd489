"""What the photometric transforms share: each sample is changed with some probability, by a draw of its own."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import torch
from torch import Tensor

from groups import PerSample
from homossl.transforms.checks import is_number


class Occasional(PerSample):
    """A photometric transform of images, floats in [0, 1], x: (b c h w), each changed with probability p."""

    photometric: ClassVar[bool] = True
    p: float

    def __post_init__(self) -> None:
        if not (is_number(self.p) and 0 <= self.p <= 1):
            raise ValueError(f"{type(self).__name__}.p is a probability, got {self.p}")

    def draw(self, x: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, ...]:
        """Which samples are changed, (b) bool, and by what.

        Raises:
            ValueError: x is not (b c h w), holds no floats, or has channels that the transform has no meaning for.
        """
        self.check(x)
        changed = uniform(x, generator) < self.p
        with torch.autocast(x.device.type, enabled=False):
            return changed, *self.amounts(x, generator)

    def apply(self, x: Tensor, *drawn: Tensor) -> Tensor:
        self.check(x)
        with torch.autocast(x.device.type, enabled=False):
            return self.change(x, *drawn)

    def check(self, x: Tensor) -> None:
        """Refuse what is no batch of images, as a call does."""
        name = type(self).__name__
        if x.dim() != 4:
            raise ValueError(f"{name} takes images (b c h w), got x of shape {tuple(x.shape)}")
        if not x.is_floating_point():
            raise ValueError(f"{name} takes images of floats in [0, 1], got x of dtype {x.dtype}: divide bytes by 255")

    def amounts(self, x: Tensor, generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """By what the samples are changed, (b ...) each; their values are not known."""
        return ()

    @abstractmethod
    def change(self, x: Tensor, changed: Tensor, *amounts: Tensor) -> Tensor:
        """A copy of x with some samples changed, which: (b) bool."""


def uniform(x: Tensor, generator: torch.Generator | None, low: float = 0.0, high: float = 1.0, *shape: int) -> Tensor:
    """Numbers in [low, high) for each sample of x, (b *shape), drawn where the generator is."""
    device: Any = x.device if generator is None else generator.device
    draw = torch.rand(len(x), *shape, generator=generator, device=device, dtype=torch.float32)
    return (low + (high - low) * draw).to(x.device)
