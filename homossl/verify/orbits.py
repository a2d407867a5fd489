"""Walks along the orbits of a latent: does the n-th power of an element of order n come back?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, repeat

import torch
from torch import Tensor

from groups import Element
from homossl.verify.residual import residuals


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
        return f"{self.found} steps of {self.order}, open by {self.closure:.2e}"


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
    away = _away(rho[s], 2 * order).nan_to_num(nan=torch.inf)
    nearest = away <= away.amin() + torch.finfo(rho.dtype).eps ** 0.5
    generator = tuple(map(int, elements.params[s].tolist()))
    return GeneratorOrbit(generator, order, int(nearest.int().argmax()) + 1, away[order - 1].item())


def _away(matrix: Tensor, steps: int) -> Tensor:
    """|rho^n - I| / |I| after n = 1 ... steps steps, (steps)."""
    powers = torch.stack(list(accumulate(repeat(matrix, steps), torch.matmul)))
    return residuals(powers, torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device).expand_as(powers))
