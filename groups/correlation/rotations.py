"""Functions on SO(3) by the matrix coefficients of its irreps."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from groups import harmonics
from groups.correlation.spectrum import Grid, Jet, Parts, Spectrum
from groups.element import Element
from groups.quadrature import euler, euler_angles
from groups.quadrature import rotation_quadrature as quadrature
from groups.spatial import SO3, rotation_matrix


class RotationSpectrum(Spectrum):
    """s(g) = sum_l <C_l, D_l(g)>, with Wigner's matrices D_l and C_l: (2l+1 2l+1), flattened degree after degree."""

    @property
    def group(self) -> SO3:
        return SO3()

    def basis(self, g: Element) -> Tensor:
        return wigner(self.degrees, g, self.coefficients.dtype)

    def translated(self, g: Element) -> RotationSpectrum:
        """The function h -> s(h g), C_l D_l(g)^T; the batches broadcast."""
        turns = harmonics.wigner(self.degrees, rotation_matrix(g.params.to(self.coefficients)))
        blocks = self.coefficients.split([(2 * l + 1) ** 2 for l in self.degrees], dim=-1)
        moved = [c.unflatten(-1, turn.shape[-2:]) @ turn.mT for c, turn in zip(blocks, turns, strict=True)]
        return RotationSpectrum(self.degrees, torch.cat([c.flatten(-2) for c in moved], dim=-1))

    def _jet(self, g: Element) -> Jet:
        derivatives = torch.as_tensor(_derivatives(self.degrees)).to(self.coefficients)
        value, gradient, hessian = (self.translated(g).coefficients @ derivatives).split([1, 3, 9], dim=-1)
        return Jet(value[..., 0], gradient, hessian.unflatten(-1, (3, 3)))

    def _grid(self, degree: int) -> Grid:
        """In each Euler angle s is a trigonometric polynomial: few angles are enough, and give the values at others."""
        params, weights = (torch.as_tensor(a).to(self.coefficients) for a in _nodes(degree))
        basis, turns, tilts = (torch.as_tensor(a).to(self.coefficients) for a in _coarse(self.degrees, degree))
        few = (self.coefficients @ basis.mT).unflatten(-1, 3 * (2 * self.degree + 1,))
        values = turns @ (tilts @ (few @ turns.mT)).flatten(-2)
        return Grid(SO3().element(params.clone()), values.flatten(-2), weights.clone())


def rotation_spectrum(parts: Parts, left: Tensor, right: Tensor, pairs: bool) -> RotationSpectrum:
    """The correlation of (b dim) and (c dim), c = b or in pairs.

    Copies are contracted first, C_l = sum_m right_lm left_lm^T, so that no vector is moved.
    """
    sizes = [copies * (2 * l + 1) for l, copies in parts]
    totals: dict[int, Tensor] = {}
    for (l, copies), x, y in zip(parts, left.split(sizes, -1), right.split(sizes, -1), strict=True):
        x, y = (v.unflatten(-1, (copies, 2 * l + 1)) for v in (x, y))
        outer = torch.einsum("bmj,cmi->bcij" if pairs else "bmj,bmi->bij", x, y).flatten(-2)
        totals[l] = totals[l] + outer if l in totals else outer
    degrees = tuple(sorted(totals))
    return RotationSpectrum(degrees, torch.cat([totals[l] for l in degrees], dim=-1))


def wigner(degrees: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    """The entries of D_l(g) for some degrees, one after the other, (*batch sum of (2l+1)^2)."""
    rotation = rotation_matrix(g.params.to(dtype))
    return torch.cat([d.flatten(-2) for d in harmonics.wigner(degrees, rotation)], dim=-1)


@lru_cache(maxsize=16)
def _derivatives(degrees: tuple[int, ...]) -> np.ndarray:
    """What C_l is contracted with for s, its gradient and its Hessian at the identity, (n 1+3+9)."""
    blocks = []
    for j in map(harmonics.so3_generators, degrees):
        twice = np.einsum("aij,bjk->abik", j, j)
        symmetric = (twice + twice.swapaxes(0, 1)) / 2
        blocks.append(np.concatenate([np.eye(j.shape[-1])[None], j, symmetric.reshape(9, *j.shape[1:])]))
    return np.concatenate([block.reshape(13, -1) for block in blocks], axis=1).T


@lru_cache(maxsize=4)
@torch.no_grad()
def _nodes(degree: int) -> tuple[np.ndarray, np.ndarray]:
    elements, weights = quadrature(degree)
    return elements.params.numpy(), weights.numpy()


@lru_cache(maxsize=8)
@torch.no_grad()
def _coarse(degrees: tuple[int, ...], degree: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The basis where each Euler angle takes 2 L + 1 values, and what interpolates to those of a quadrature grid."""
    count = 2 * degrees[-1] + 1
    few = 2 * torch.pi * torch.arange(count, dtype=torch.float64) / count
    elements = euler(few, few, few).reshape(-1)
    turns, tilts = euler_angles(degree)
    return (
        wigner(degrees, elements, torch.float64).numpy(),
        _interpolation(few, turns).numpy(),
        _interpolation(few, tilts).numpy(),
    )


def _interpolation(few: Tensor, many: Tensor) -> Tensor:
    """Values of trigonometric polynomials at many angles from those at 2 L + 1 equal steps, (many few).

    Source: textbook, Dirichlet's kernel.
    """
    k = torch.arange(1, (len(few) + 1) // 2, dtype=few.dtype)
    return (1 + 2 * (k * (many[:, None, None] - few[:, None])).cos().sum(-1)) / len(few)
