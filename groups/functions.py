"""Functions on the sphere and on SO(3) as latents: vectors of coefficients, and fields that windows read in place."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from groups.band_limited import BandLimited
from groups.element import Element
from groups.harmonics import spherical_harmonics, wigner
from groups.precision import full_precision
from groups.quadrature import rotation_quadrature, rotation_spiral, sphere_quadrature, sphere_spiral
from groups.spatial import SO3, rotation_matrix
from groups.twisted import Twisted


@dataclass(frozen=True)
class SphereFunctions(BandLimited):
    """Functions on the sphere, [g f](u) = f(g^-1 u), f(u) = sum_lm z_lm Y_lm(u), Y in e3nn's component normalisation.

    d = copies (degree + 1)^2, in e3nn's layout "c x 0e + c x 1o + c x 2e + ...": a reflection, where the group has one,
    gives degree l the parity (-1)^l. A window is a cap about the north pole, +z.

    >>> from groups import SO3
    >>> f = SphereFunctions(SO3(), copies=1, degree=1)
    >>> z = torch.tensor([2.0, 0.0, 0.0, 1.0])
    >>> [round(v, 3) for v in f.values(z, torch.tensor([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]))[0].tolist()]
    [3.732, 2.0]
    """

    def multiplicity(self, l: int) -> int:
        return self.copies

    def basis(self, points: Tensor) -> Tensor:
        return spherical_harmonics(self.degree, points)

    def values(self, z: Tensor, points: Tensor) -> Tensor:
        """f(u) at unit vectors, (*batch d) and (*batch n 3) -> (*batch copies n); batches broadcast."""
        return self.evaluate(z, points)

    def grid(self, degree: int | None = None) -> tuple[Tensor, Tensor]:
        return sphere_quadrature(self.enough(degree))

    def base_points(self) -> Tensor:
        return torch.as_tensor(sphere_spiral(max(1, self.size - 1)))

    def read(self, g: Element, x: Tensor, region: Tensor | None = None) -> Tensor:
        """[g f](B) = f(g^-1 B): a few points are moved, rather than the function."""
        if region is None or len(region) > 2 * self.degree + 1:
            return super().read(g, x, region)
        self.check(g, x)
        dtype = full_precision(x).dtype
        return self.evaluate(x, region.to(x.device, dtype) @ self.motion(g, dtype))

    def scrambled(self, seed: int) -> SphereFunctions:
        return _TwistedSphereFunctions(self.group, self.copies, self.degree, seed)


@dataclass(frozen=True)
class RotationFunctions(BandLimited):
    """Functions on SO(3), [g f](h) = f(g^-1 h), f(h) = sum_lmn sqrt(2l+1) z_lnm D_lmn(h), D Wigner's matrices.

    Degree l is 2l+1 copies of its irrep for each function, the columns n of D_l, one after the other:
    d = copies sum_l (2l+1)^2. A window holds rotations near the identity.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.group != SO3():
            raise TypeError(f"RotationFunctions are functions on SO3(), which turns them; got {self.group}")

    def multiplicity(self, l: int) -> int:
        return self.copies * (2 * l + 1)

    def basis(self, points: Tensor) -> Tensor:
        turns = wigner(range(self.degree + 1), points)
        return torch.cat([math.sqrt(2 * l + 1) * turn.mT.flatten(-2) for l, turn in enumerate(turns)], dim=-1)

    def values(self, z: Tensor, g: Element) -> Tensor:
        """f(h) at rotations, (*batch d) and (*batch n) -> (*batch copies n); batches broadcast."""
        return self.evaluate(z, rotation_matrix(g.params.to(full_precision(z).dtype)))

    def grid(self, degree: int | None = None) -> tuple[Tensor, Tensor]:
        elements, weights = rotation_quadrature(self.enough(degree))
        return rotation_matrix(elements.params), weights

    def base_points(self) -> Tensor:
        return rotation_matrix(torch.as_tensor(rotation_spiral(max(1, self.size - 1))))

    def scrambled(self, seed: int) -> RotationFunctions:
        return _TwistedRotationFunctions(self.group, self.copies, self.degree, seed)


@dataclass(frozen=True)
class _TwistedSphereFunctions(Twisted, SphereFunctions):
    seed: int = 0


@dataclass(frozen=True)
class _TwistedRotationFunctions(Twisted, RotationFunctions):
    seed: int = 0
