"""Fields whose base points are out of place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from einops import rearrange
from torch import Tensor, nn

from groups import Field
from homossl.encoders import Encoder, Stage


class PermutedBase(nn.Module):
    """Fields with all their base points rearranged alike: point i is taken from source[i], kept with the weights.

    Raises:
        ValueError: a field on another grid.
    """

    source: Tensor

    def __init__(self, action: Field, shape: tuple[int, ...], source: Tensor) -> None:
        super().__init__()
        self.action, self.shape = action, shape
        self.register_buffer("source", source)

    def forward(self, z: Tensor) -> Tensor:
        if z.shape[1:] != self.shape:
            raise ValueError(f"fields {self.shape} are rearranged, got {tuple(z.shape[1:])}")
        return self.action.from_points(self.action.points(z)[..., self.source.flatten()], self.shape)

    def inverse(self) -> PermutedBase:
        """What puts all points back in place."""
        return PermutedBase(self.action, self.shape, self.source.flatten().argsort())


class PermutedFibre(nn.Module):
    """k fields with the points of their fibres rearranged: (b (k g) h w), source: (g) holds the numbers below g."""

    source: Tensor

    def __init__(self, source: Tensor) -> None:
        super().__init__()
        self.register_buffer("source", source)

    def forward(self, z: Tensor) -> Tensor:
        points = rearrange(z, "b (k g) ... -> b k g ...", g=len(self.source))[:, :, self.source]
        return rearrange(points, "b k g ... -> b (k g) ...")

    def inverse(self) -> PermutedFibre:
        """What puts all points back in place."""
        return PermutedFibre(self.source.argsort())


Rearranged = PermutedBase | PermutedFibre


class RearrangedEncoder(Encoder):
    """An encoder with its features rearranged, which still claims what it claimed before.

    It is read with all points back in place: evaluation sees what was learned, not where it is kept.
    """

    def __init__(self, encoder: Encoder, rearranged: Rearranged) -> None:
        *stages, last = cast(Iterable[Stage], encoder.stages)
        spoiled = Stage(nn.Sequential(last.body, rearranged), last.action_in, last.action_out)
        super().__init__([*stages, spoiled])

    def pose(self, z: Tensor) -> Tensor:
        return super().pose(self.rearranged.inverse()(z))

    def readings(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return super().readings(self.rearranged.inverse()(z))

    @property
    def rearranged(self) -> Rearranged:
        """How the points are rearranged."""
        return cast(Any, self.stages[-1]).body[-1]
