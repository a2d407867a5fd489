"""Fields whose base points are out of place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self, cast

from einops import rearrange
from torch import Tensor, nn

from homossl.encoders import Encoder, Stage


class Rearranged(nn.Module):
    """Fields with their points rearranged, all alike: point i is taken from source[i], kept with the weights."""

    source: Tensor

    def __init__(self, source: Tensor) -> None:
        super().__init__()
        self.register_buffer("source", source)

    def inverse(self) -> Self:
        """What puts all points back in place."""
        return type(self)(self.source.flatten().argsort().reshape(self.source.shape))


class PermutedBase(Rearranged):
    """k fields with all their base points rearranged: (b (k g) h w), source: (g h w) holds the numbers below g h w.

    Raises:
        ValueError: a field on another grid.
    """

    def forward(self, z: Tensor) -> Tensor:
        g, h, w = self.source.shape
        if z.shape[-2:] != (h, w):
            raise ValueError(f"the points of a grid of {h} x {w} are rearranged, got {tuple(z.shape[-2:])}")
        points = rearrange(z, "b (k g) h w -> b k (g h w)", g=g)[..., self.source.flatten()]
        return rearrange(points, "b k (g h w) -> b (k g) h w", g=g, h=h)


class PermutedFibre(Rearranged):
    """k fields with the points of their fibres rearranged: (b (k g) h w), source: (g) holds the numbers below g."""

    def forward(self, z: Tensor) -> Tensor:
        points = rearrange(z, "b (k g) h w -> b k g h w", g=len(self.source))[:, :, self.source]
        return rearrange(points, "b k g h w -> b (k g) h w")


class RearrangedEncoder(Encoder):
    """An encoder with its features rearranged, which still claims what it claimed before.

    Its pose is read with all points back in place: evaluation sees what was learned, not where it is kept.
    """

    def __init__(self, encoder: Encoder, rearranged: Rearranged) -> None:
        *stages, last = cast(Iterable[Stage], encoder.stages)
        spoiled = Stage(nn.Sequential(last.body, rearranged), last.action_in, last.action_out)
        super().__init__([*stages, spoiled])

    def pose(self, z: Tensor) -> Tensor:
        return super().pose(self.rearranged.inverse()(z))

    @property
    def rearranged(self) -> Rearranged:
        """How the points are rearranged."""
        return cast(Any, self.stages[-1]).body[-1]
