"""Walks along the orbits of a latent: does the n-th power of an element of order n come back?"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Element


@dataclass(frozen=True)
class GeneratorOrbit:
    """The walk z, rho(s) z, rho(s)^2 z, ... of one generator s of the group."""

    generator: tuple[int, ...]
    """The parameters of s."""
    order: int
    """The least n with s^n = e."""
    found: int
    """The number of steps in 1 ... 2 n after which the walk is nearest its start, the first of several: n, or a divisor
    of n where rho is not faithful."""
    closure: float
    """|rho(s)^n - I| / |I|, the root mean square of |rho(s)^n z - z| / |z| over white z."""

    def __str__(self) -> str:
        return f"orbit of {self.generator}: {self.found} steps of {self.order}, open by {self.closure:.2e}"


def orbits(rho: Tensor, elements: Element, table: list[list[int]], e: int) -> tuple[GeneratorOrbit, ...]:
    """The walks of a few generators, for matrices (order d d); the table of products and the identity as indices."""
    return tuple(_orbit(rho, elements, table, e, s) for s in generators(table, e))


def generators(table: list[list[int]], e: int) -> list[int]:
    """Elements that generate a group with this table of products, each the first that those before it do not make."""
    chosen: list[int] = []
    while missing := set(range(len(table))) - _generated(table, e, chosen):
        chosen.append(min(missing))
    return chosen


def _generated(table: list[list[int]], e: int, chosen: list[int]) -> set[int]:
    reached = last = {e}
    while last:
        last = {table[g][s] for g in last for s in chosen} - reached
        reached = reached | last
    return reached


def _orbit(rho: Tensor, elements: Element, table: list[list[int]], e: int, s: int) -> GeneratorOrbit:
    order = len(_generated(table, e, [s]))
    one = power = torch.eye(rho.shape[-1], dtype=rho.dtype, device=rho.device)
    distances = []
    for _ in range(2 * order):
        power = power @ rho[s]
        distances.append(errors(power, one))
    walk = torch.stack(distances).nan_to_num(nan=torch.inf)
    nearest = walk <= walk.amin() + torch.finfo(rho.dtype).eps ** 0.5
    generator = tuple(map(int, elements.params[s].tolist()))
    return GeneratorOrbit(generator, order, int(nearest.int().argmax()) + 1, walk[order - 1].item())


def errors(actual: Tensor, expected: Tensor) -> Tensor:
    """|actual - expected| / |expected| of matrices (*batch d d), (*batch)."""
    sizes = expected.norm(dim=(-2, -1)).clamp_min(torch.finfo(expected.dtype).tiny)
    return (actual - expected).norm(dim=(-2, -1)) / sizes
