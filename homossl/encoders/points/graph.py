"""Which points of a cloud see each other, and from where."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Graph:
    """The neighbours of each point of a batch of clouds, the most that one has, k; those of others are filled up.

    Around each point the weights sum to 1, and are 0 where filled up. A point is a neighbour of its own, without a
    direction, and so are its copies.
    """

    neighbour: Tensor
    """Which points they are, all points of the batch counted through, (b n k)."""
    vector: Tensor
    """From the point to them, in units of the radius, (b n k 3)."""
    weight: Tensor
    """How much of what the point sees they are, (b n k)."""

    def of_neighbours(self, x: Tensor) -> Tensor:
        """Features of points as those of their neighbours, (b n d) -> (b n k d)."""
        return x.flatten(0, 1).index_select(0, self.neighbour.flatten()).unflatten(0, self.neighbour.shape)


@dataclass(frozen=True, eq=False)
class Cloud:
    """A batch of clouds, place: (b n 3): how much each of its points counts, its centre and size.

    Points at one place, but for rounding, count as one: each of m has the share 1/m. So a cloud may be padded by points
    that it has already.
    """

    gaps: Tensor
    """From each point to each other, (b n n 3)."""
    share: Tensor
    """What each point counts, (b n), of sum 1 in each cloud."""
    offset: Tensor
    """From the centre to each point, (b n 3)."""
    size: Tensor
    """The root mean square distance from the centre, (b 1 1); not below the rounding of the places."""

    @staticmethod
    def of(place: Tensor) -> Cloud:
        """The cloud of these points."""
        gaps = place[:, None] - place[:, :, None]
        rounding = 64 * torch.finfo(place.dtype).eps * place.abs().amax((1, 2), keepdim=True)
        rounding = rounding.clamp_min(torch.finfo(place.dtype).tiny ** 0.5)
        share = 1 / (gaps.square().sum(-1) <= rounding**2).sum(-1).to(place.dtype)
        share = share / share.sum(-1, keepdim=True)
        offset = -(share[:, None, :, None] * gaps).sum(2)  # of gaps, so that it is 0 where there are none
        variance = _mean(share, offset.square()).sum(-1, keepdim=True)
        return Cloud(gaps, share, offset, variance.clamp_min(rounding.square()).sqrt())

    def mean(self, features: Tensor) -> Tensor:
        """The mean of features over the points, (b n d) -> (b d)."""
        return _mean(self.share, features)[:, 0]

    def graph(self, radius: Tensor) -> Graph:
        """Neighbours are nearer than a radius (b 1 1), of weight (1 - d^2/r^2)^2 times their share.

        The weight falls to zero where the neighbourhood ends, so what is seen is continuous in the places.
        """
        fall = (1 - (self.gaps.square().sum(-1) / radius.square())).clamp_min(0).square() * self.share[:, None]
        weight, index = fall.topk(int((fall > 0).sum(-1).max()), dim=-1)
        vector = self.gaps.gather(2, index[..., None].expand(*index.shape, 3)) / radius[..., None]
        first = torch.arange(len(index), device=index.device)[:, None, None] * index.shape[1]
        return Graph(first + index, vector, weight / weight.sum(-1, keepdim=True))


def _mean(share: Tensor, values: Tensor) -> Tensor:
    return (share[..., None] * values).sum(1, keepdim=True)
