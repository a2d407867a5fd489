"""What the stages of a tensor field network do: from points to features at them, on, and to one latent."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from groups.harmonics import spherical_harmonics
from homossl.encoders.points.graph import Cloud
from homossl.encoders.points.irreps import Copies, Products
from homossl.encoders.points.layers import Gated, Interaction, Norm, Radial, irreps_of, joined

REACH = 4.0
"""Squared distance from the centre, in squares of the size, up to which functions of it are written in bumps."""


class Embedding(nn.Module):
    """Clouds (b n 3+k) -> (b n 3+dim): at each point harmonics of where it is from the centre, times learned functions.

    The functions are of its distance, in units of the size of the cloud, and of its k labels.
    """

    def __init__(self, kind: Copies, labels: int) -> None:
        super().__init__()
        self.kind = kind
        self.radial = Radial(kind.copies * (kind.degree + 1), labels)

    def forward(self, x: Tensor) -> Tensor:
        cloud = Cloud.of(x[..., :3])
        place = cloud.offset / cloud.size
        radial = self.radial(place.square().sum(-1) / REACH, x[..., 3:]).unflatten(-1, (self.kind.copies, -1))
        sizes = torch.arange(self.kind.degree + 1, device=x.device) * 2 + 1
        harmonics = spherical_harmonics(self.kind.degree, place)
        return _at_points(x, self.kind.joined(radial.repeat_interleave(sizes, dim=-1) * harmonics[..., None, :]))


class Exchange(nn.Module):
    """Features at points (b n 3+dim) -> (b n 3+dim) by an interaction with those nearer than the radius."""

    def __init__(self, kind: Copies, radius: float, relative: bool) -> None:
        super().__init__()
        self.radius, self.relative = radius, relative
        self.interaction = Interaction(kind)

    def forward(self, x: Tensor) -> Tensor:
        cloud = Cloud.of(x[..., :3])
        unit = cloud.size if self.relative else torch.ones_like(cloud.size)
        return _at_points(x, self.interaction(x[..., 3:], cloud.graph(self.radius * unit)))


class Pooling(nn.Module):
    """Features at points (b n 3+dim) -> a latent (b d): their mean, and all products of it with itself."""

    def __init__(self, kind: Copies, latent: Copies) -> None:
        super().__init__()
        from e3nn import o3

        self.kind, self.products = kind, Products(kind.degree, kind.reflections)
        self.norm, self.gated = Norm(kind), Gated(kind.irreps, kind)
        self.linear = o3.Linear(kind.irreps, latent.irreps)
        self.bilinear = o3.Linear(irreps_of(kind, self.products), latent.irreps)

    def forward(self, x: Tensor) -> Tensor:
        mean = Cloud.of(x[..., :3]).mean(self.gated(self.norm(x[..., 3:])))
        copies = self.kind.by_copy(mean)
        products = self.products(copies[..., :, None] * copies[..., None, :])
        return self.linear(mean) + self.bilinear(joined(products, self.products))


def _at_points(x: Tensor, features: Tensor) -> Tensor:
    """Features at the places of clouds x."""
    return torch.cat([x[..., :3], features], dim=-1)
