"""Real spherical harmonics, and the matrices by which rotations move them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from groups.quadrature import sphere_spiral


def spherical_harmonics(degree: int, u: Tensor) -> Tensor:
    """Y_lm(u) of all degrees up to one, degree after degree, m from -l to l: (*batch 3) -> (*batch (degree+1)^2).

    In e3nn's order and signs, Y_1 = sqrt(3) (x, y, z), and component normalisation, sum_m Y_lm(u)^2 = 2 l + 1: they are
    orthonormal for the mean over the sphere. Elsewhere in space they are |u|^l Y_lm(u/|u|), polynomials in u.

    >>> spherical_harmonics(1, torch.tensor([0.0, 0.0, 1.0])).tolist()
    [1.0, 0.0, 0.0, 1.7320507764816284]

    Source: textbook; Holmes & Featherstone, A unified approach to the Clenshaw summation and the recursive computation
        of very high degree and order normalised associated Legendre functions (2002), eqs. 11 and 13.
    """
    rows = _rows(range(degree + 1), *u.unbind(-1))
    return torch.cat([torch.stack(row, dim=-1) for row in rows], dim=-1)


def degrees_of(values: Tensor, degree: int) -> tuple[Tensor, ...]:
    """The part of each degree of what is kept degree after degree, (*batch (degree+1)^2) -> (*batch 2l+1) each."""
    return values.split([2 * l + 1 for l in range(degree + 1)], dim=-1)


def wigner(degrees: Sequence[int], rotation: Tensor) -> list[Tensor]:
    """Wigner's matrices D_l, Y_l(R u) = D_l(R) Y_l(u), of some degrees: (*batch 3 3) -> (*batch 2l+1 2l+1) each.

    Polynomials in R, found of the harmonics of some points before and after the turn: D_l = Y_l(R U) Y_l(U)^+.
    """
    points, inverses = _interpolation(max(degrees))
    with torch.autocast(rotation.device.type, enabled=False):
        moved = [(row[..., None] * torch.as_tensor(points).to(rotation)).sum(-2) for row in rotation.unbind(-2)]
        rows = [torch.stack(row, dim=-2) for row in _rows(degrees, *moved)]
        return [y @ torch.as_tensor(inverses[l]).to(rotation) for l, y in zip(degrees, rows, strict=True)]


@lru_cache(maxsize=32)
def so3_generators(degree: int) -> np.ndarray:
    """J with D_l(exp(v)) = exp(v . J), in float64, (3 d d): the ladder of su(2) in the real basis."""
    m = np.arange(-degree, degree + 1)
    ladder = np.sqrt(degree * (degree + 1) - m[:-1] * m[1:])
    up, down = np.diag(ladder, 1), np.diag(ladder, -1)
    j = np.stack([(up - down) / 2, np.diag(1j * m), (up + down) * 0.5j])
    basis = _real_to_complex(degree)
    return (basis.conj().T @ j @ basis).real


def _rows(degrees: Sequence[int], x: Tensor, y: Tensor, z: Tensor) -> list[list[Tensor]]:
    """The harmonics of each degree at points (x, y, z), those that turn about the axis y times those that do not."""
    highest = max(degrees)
    around, square = _turns(highest, x, z), x.square() + y.square() + z.square()
    columns = [_column(highest, m, y, square) for m in range(highest + 1)]
    return [[columns[abs(m)][l - abs(m)] * around[m] for m in range(-l, l + 1)] for l in degrees]


def _turns(degree: int, x: Tensor, z: Tensor) -> dict[int, Tensor]:
    """The real parts of (z + i x)^m under m, its imaginary parts under -m."""
    turns = {0: torch.ones_like(x)}
    real, imaginary = turns[0], torch.zeros_like(x)
    for m in range(1, degree + 1):
        real, imaginary = real * z - imaginary * x, real * x + imaginary * z
        turns[m], turns[-m] = real, imaginary
    return turns


def _column(degree: int, m: int, along: Tensor, square: Tensor) -> list[Tensor]:
    """Normalised Legendre functions P_lm of l = m to degree over their power of the distance from the axis."""
    first = math.sqrt(1 if m == 0 else 2 * math.prod((2 * k + 1) / (2 * k) for k in range(1, m + 1)))
    column = [torch.full_like(along, first)]
    for l in range(m + 1, degree + 1):
        a = math.sqrt((2 * l - 1) * (2 * l + 1) / ((l - m) * (l + m)))
        value = a * along * column[-1]
        if l > m + 1:
            b = math.sqrt((2 * l + 1) * (l + m - 1) * (l - m - 1) / ((l - m) * (l + m) * (2 * l - 3)))
            value = value - b * square * column[-2]
        column.append(value)
    return column


def _real_to_complex(degree: int) -> np.ndarray:
    """Complex harmonics of the real ones, (d d): m and -m are mixed, with the phases that keep rotations real."""
    basis = np.zeros((2 * degree + 1, 2 * degree + 1), dtype=complex)
    for m in range(1, degree + 1):
        plus, minus, half = degree + m, degree - m, math.sqrt(0.5)
        basis[minus, [plus, minus]] = half, -1j * half
        basis[plus, [plus, minus]] = (-1) ** m * half, (-1) ** m * 1j * half
    basis[degree, degree] = 1
    return (-1j) ** degree * basis


@lru_cache(maxsize=32)
@torch.no_grad()
def _interpolation(degree: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Points of half the sphere, (3 n), and for each degree what inverts its harmonics there, (n 2l+1).

    Half of it is enough, as harmonics are even or odd.
    """
    count = 3 * (2 * degree + 1) // 2 + 1
    points = sphere_spiral(2 * count)[:count]
    values = degrees_of(spherical_harmonics(degree, torch.as_tensor(points)), degree)
    return points.T.copy(), [np.linalg.pinv(y.mT.numpy()) for y in values]
