"""Layers on features at the points of clouds, equivariant to rotations; linear maps and gates are e3nn's."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from groups.harmonics import spherical_harmonics
from homossl.encoders.points.graph import Graph
from homossl.encoders.points.irreps import Copies, Products, parity

BASIS = 8
"""Bumps in which functions of the distance are written."""


class Norm(nn.Module):
    """Features of each degree over their root mean square, of all copies, times a weight for each copy.

    Scalars are not centred: what is zero stays zero.
    """

    def __init__(self, kind: Copies) -> None:
        super().__init__()
        self.kind, self.irreps_in, self.irreps_out = kind, kind.irreps, kind.irreps
        self.weight = nn.Parameter(torch.ones(kind.degree + 1, kind.copies))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat(
            [self._normed(*pair) for pair in zip(self.kind.by_degree(x), self.weight, strict=True)], dim=-1
        )

    def _normed(self, x: Tensor, weight: Tensor) -> Tensor:
        unit = x * (x.square().mean(-1, keepdim=True) + 1e-6).rsqrt()
        return (unit.unflatten(-1, (len(weight), -1)) * weight[:, None]).flatten(-2)


class Gated(nn.Module):
    """A linear map, then SiLU of scalars, and vectors times the sigmoid of a scalar each."""

    def __init__(self, irreps_in: object, kind: Copies) -> None:
        super().__init__()
        from e3nn import nn as enn
        from e3nn import o3

        even = [(kind.copies, (0, 1))]
        vectors = o3.Irreps([(kind.copies, (l, parity(l, kind.reflections))) for l in range(1, kind.degree + 1)])
        gates = o3.Irreps([(kind.copies * kind.degree, (0, 1))])
        gate: Any = enn.Gate(even, [F.silu], gates, [torch.sigmoid], vectors)
        self.linear, self.gate = o3.Linear(irreps_in, gate.irreps_in.simplify()), gate
        self.irreps_in, self.irreps_out = irreps_in, kind.irreps

    def forward(self, x: Tensor) -> Tensor:
        return self.gate(self.linear(x))


class Radial(nn.Module):
    """Functions of a squared length in [0, 1] and of other numbers, (e), (e k) -> (e out): a perceptron on bumps."""

    def __init__(self, out: int, others: int = 0, hidden: int = 32) -> None:
        super().__init__()
        self.network = nn.Sequential(nn.Linear(BASIS + others, hidden), nn.SiLU(), nn.Linear(hidden, out))

    def forward(self, square: Tensor, *others: Tensor) -> Tensor:
        centres = torch.linspace(0, 1, BASIS, dtype=square.dtype, device=square.device)
        bumps = torch.exp(-(((square[..., None] - centres) * (BASIS - 1)).square()))
        return self.network(torch.cat([bumps, *others], dim=-1))


class Interaction(nn.Module):
    """x + what each point sees: the mean over its neighbours of R_c(|r|) x_c (x) Y(r), for all paths, with learned R_c.

    The product is linear in Y x^T, so that the mean of these comes first, and no product is made for a pair of points.
    """

    def __init__(self, kind: Copies) -> None:
        super().__init__()
        self.kind, self.products = kind, Products(kind.degree, kind.reflections)
        self.norm, self.radial = Norm(kind), Radial(kind.copies)
        self.out = Gated(irreps_of(kind, self.products), kind)

    def forward(self, x: Tensor, graph: Graph) -> Tensor:
        products = self.products(self._outer(self.norm(x), graph))
        return x + self.out(joined(products, self.products))

    def _outer(self, x: Tensor, graph: Graph) -> Tensor:
        """The mean of R_c Y x_c^T, (b n c d d)."""
        harmonics = spherical_harmonics(self.kind.degree, graph.vector) * graph.weight[..., None]
        radial = self.radial(graph.vector.square().sum(-1))
        seen = graph.of_neighbours(self.kind.by_copy(x).flatten(-2)).unflatten(-1, (self.kind.copies, -1))
        outer = harmonics.mT @ (radial[..., None] * seen).flatten(-2)
        return outer.unflatten(-1, (self.kind.copies, -1)).transpose(2, 3)


def irreps_of(kind: Copies, products: Products) -> object:
    """The irreps of all products of so many copies."""
    from e3nn import o3

    counts = enumerate(products.counts())
    return o3.Irreps([(kind.copies * n, (l, parity(l, kind.reflections))) for l, n in counts])


def joined(x: Tensor, products: Products) -> Tensor:
    """Products by copy as one vector, laid out by degree: (*batch c D) -> (*batch c D) flattened."""
    parts = x.split([n * (2 * l + 1) for l, n in enumerate(products.counts())], dim=-1)
    return torch.cat([part.flatten(-2) for part in parts], dim=-1)
