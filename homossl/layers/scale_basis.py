"""Filters of all scales and turns: Hermite-Gaussians in turned frames."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from groups.matrix import matmul
from groups.plane import rotation


@dataclass(frozen=True)
class HermiteGaussians:
    """n x n functions psi(x / sigma) / sigma^2, psi(x, y) = He_i(x) He_j(y) exp(-(x^2 + y^2) / 2) / (2 pi), i, j < n.

    They are sampled on the pixels of a filter for every scale, sigma = first e^(t step), and in frames turned by every
    2 pi a / turns. Few pixels see neither the tails of wide ones nor all of narrow ones; so each set is recombined to
    have the moments of the continuous functions, of x^i y^j for i, j < n. On fields that are polynomials of that degree
    about every place, filters are then exact. Moments are ours. With n = 1 they are one pixel of all scales.

    Raises:
        ValueError: the filter has an even number of pixels, or too few for so many functions.

    Source: Sosnovik, Szmaja & Smeulders, Scale-Equivariant Steerable Networks (arXiv 1910.11093).
    """

    scales: int
    """Number of scales."""
    step: float
    """Log-scale between neighbours."""
    turns: int = 1
    """Number of frames."""
    order: int = 3
    """Functions along each axis, the effective size of a filter."""
    pixels: int = 7
    """Pixels along each side of a filter."""
    first: float = 0.6
    """Standard deviation of the Gaussian of the first scale, in pixels."""

    def __post_init__(self) -> None:
        if self.pixels % 2 == 0 or not 1 <= self.order <= self.pixels or not self.first > 0:
            raise ValueError(f"filters have an odd number of pixels, at least order of them, and first > 0, got {self}")

    @property
    def count(self) -> int:
        """The number of functions, n n."""
        return self.order**2

    def sampled(self, dtype: torch.dtype = torch.float64, device: Any = "cpu") -> Tensor:
        """The functions on the pixels of a filter, (n*n scales turns k k), k = 1 for n = 1; not to be written to."""
        return _placed(self, dtype, torch.device(device))

    def sigmas(self) -> Tensor:
        """The standard deviation of each scale, (scales)."""
        return self.first * (self.step * torch.arange(self.scales, dtype=torch.float64)).exp()


@lru_cache(maxsize=64)
def _placed(basis: HermiteGaussians, dtype: torch.dtype, device: torch.device) -> Tensor:
    with torch.device("cpu"):  # not a device that a caller counts parameters on
        return _sampled(basis).to(device, dtype)


def _sampled(basis: HermiteGaussians) -> Tensor:
    if basis.order == 1:
        return torch.ones(1, basis.scales, basis.turns, 1, 1, dtype=torch.float64)
    x, y = _frames(basis.turns, basis.pixels)[None].unbind(2)  # (1 a k k)
    sigma = basis.sigmas()[:, None, None, None]
    density = (-(x.square() + y.square()) / (2 * sigma.square())).exp() / (2 * math.pi * sigma.square())
    along = [_hermite(n, x / sigma) for n in range(basis.order)], [_hermite(n, y / sigma) for n in range(basis.order)]
    functions = torch.stack([p * q * density for p in along[0] for q in along[1]])
    powers = torch.stack([x**i * y**j for i in range(basis.order) for j in range(basis.order)])
    return _with_moments(functions, powers, basis.sigmas())


def _frames(turns: int, pixels: int) -> Tensor:
    """The coordinates (x, y) of pixels in frames turned counter-clockwise, (a 2 k k), y up."""
    right = torch.arange(pixels, dtype=torch.float64) - (pixels - 1) / 2
    grid = torch.stack(torch.meshgrid(right, -right, indexing="xy")).flatten(1)
    angles = 2 * math.pi / turns * torch.arange(turns, dtype=torch.float64)
    return matmul(rotation(-angles), grid).unflatten(-1, (pixels, pixels))


def _with_moments(functions: Tensor, powers: Tensor, sigmas: Tensor) -> Tensor:
    """Combinations of functions (f t a k k) that have the moments of the continuous ones, for powers (f 1 a k k)."""
    wanted = torch.stack([_moments(math.isqrt(len(functions)), s.item()) for s in sigmas])
    found = torch.einsum("mtayx, ftayx -> tamf", powers.expand_as(functions), functions)
    mixed = torch.linalg.solve(found, wanted[:, None].expand_as(found))
    return torch.einsum("tafn, ftayx -> ntayx", mixed, functions)


def _moments(order: int, sigma: float) -> Tensor:
    """The integrals of x^i y^j against psi_{n m}, (i*j n*m)."""
    line = [[sigma**i * _moment(i, n) for n in range(order)] for i in range(order)]
    return torch.kron(*2 * (torch.tensor(line, dtype=torch.float64),))


def _moment(i: int, n: int) -> float:
    """The mean of x^i He_n(x) for a normal number x: i! / (2^m m!), m = (i - n) / 2, where m is a whole number."""
    m, odd = divmod(i - n, 2)
    return 0.0 if odd or m < 0 else math.factorial(i) / (2**m * math.factorial(m))


def _hermite(n: int, x: Tensor) -> Tensor:
    """He_0 = 1, He_1 = x, He_{n+1} = x He_n - n He_{n-1}."""
    before, now = torch.zeros_like(x), torch.ones_like(x)
    for i in range(n):
        before, now = now, x * now - i * before
    return now
