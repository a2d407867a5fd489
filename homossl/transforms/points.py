"""Transforms of clouds of points, which rotations and shifts of space do not notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from groups import PerSample


@dataclass(frozen=True)
class Subsample(PerSample):
    """A random part of the points of each cloud, (b n 3+k); the others become copies of points of that part.

    To encoders for which points at one place count as one, it is a cloud of fewer points.

    Raises:
        ValueError: keep is not in (0, 1].
    """

    photometric: ClassVar[bool] = True

    keep: float = 0.5
    """The share of the points that stay."""

    def __post_init__(self) -> None:
        if not 0 < self.keep <= 1:
            raise ValueError(f"Subsample.keep is a share in (0, 1], got {self.keep!r}")

    def draw(self, x: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor]:
        """Which point stands in the place of each, (b n)."""
        b, n = x.shape[:2]
        order = torch.rand(b, n, generator=generator, device=x.device).argsort(dim=1)
        kept = order[:, : max(1, round(self.keep * n))]
        places = torch.arange(n, device=x.device) % kept.shape[1]
        return (torch.empty_like(order).scatter(1, order, kept[:, places]),)

    def apply(self, x: Tensor, *drawn: Tensor) -> Tensor:
        (source,) = drawn
        return x.gather(1, source[..., None].expand(x.shape))
