"""Functions on SO(3) by the matrix coefficients of its irreps."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from groups.correlation.spectrum import Grid, Parts, Spectrum
from groups.element import Element
from groups.irreps import Irrep
from groups.spatial import SO3


class RotationSpectrum(Spectrum):
    """s(g) = sum_l <C_l, D_l(g)>, with Wigner's matrices D_l and C_l: (2l+1 2l+1), flattened degree after degree."""

    @property
    def group(self) -> SO3:
        return SO3()

    def basis(self, g: Element) -> Tensor:
        return wigner(self.degrees, g, self.coefficients.dtype)

    def _grid(self, degree: int) -> Grid:
        params, weights, basis = (torch.as_tensor(a).to(self.coefficients) for a in _nodes(self.degrees, degree))
        return Grid(SO3().element(params.clone()), self.coefficients @ basis.mT, weights.clone())


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
    return torch.cat([Irrep(SO3(), l).matrix(g, dtype=dtype).flatten(-2) for l in degrees], dim=-1)


def quadrature(degree: int) -> tuple[Element, Tensor]:
    """Rotations Z(a) Y(b) Z(c), (n), and weights of Haar's measure, exact for functions up to a degree, in float64.

    Gauss-Legendre nodes in cos b, equal steps in a and c.

    Source: Kostelec & Rockmore, FFTs on the rotation group (2008).
    """
    turns = 2 * torch.pi * torch.arange(degree + 1, dtype=torch.float64) / (degree + 1)
    nodes, weights = (torch.as_tensor(a) for a in np.polynomial.legendre.leggauss(degree // 2 + 1))
    first, tilt, last = _about(2, turns)[:, None, None], _about(1, nodes.acos())[:, None], _about(2, turns)
    share = weights[:, None].expand(degree + 1, -1, degree + 1) / (2 * (degree + 1) ** 2)
    return (first @ tilt @ last).reshape(-1), share.flatten()


def _about(axis: int, angles: Tensor) -> Element:
    return SO3().exp(angles[:, None] * torch.eye(3, dtype=angles.dtype)[axis])


@lru_cache(maxsize=4)
@torch.no_grad()
def _nodes(degrees: tuple[int, ...], degree: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    elements, weights = quadrature(degree)
    return elements.params.numpy(), weights.numpy(), wigner(degrees, elements, torch.float64).numpy()
