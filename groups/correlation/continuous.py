"""The correlation of two vectors over SO(2) and SO(3), by its finitely many coefficients."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from groups.band_limited import BandLimited
from groups.correlation.circle import circle_spectrum
from groups.correlation.precision import full_precision
from groups.correlation.rotations import rotation_spectrum
from groups.correlation.spectrum import Parts, Spectrum
from groups.functions import RotationFunctions, SphereFunctions
from groups.irreps import Irrep
from groups.planar import SO2
from groups.representation import Representation, Trivial
from groups.spatial import SO3
from groups.standard import Standard
from groups.sums import DirectSum

BY_GROUP = {SO2(): circle_spectrum, SO3(): rotation_spectrum}


def spectrum(rho: Representation, left: Tensor, right: Tensor) -> Spectrum:
    """s(g) = <rho(g) left, right> as a function on SO(2) or SO(3): (*batch dim) twice -> coefficients (*batch n).

    rho is a sum of irreps, trivial and standard representations, or functions on the sphere or on SO(3). Half precision
    is computed in float32.

    >>> from groups import SO2, Irrep
    >>> s = spectrum(Irrep(SO2(), 2), torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]))
    >>> round(s.at(SO2().element([torch.pi / 4])).item(), 6)
    1.0

    Raises:
        TypeError: the group is another one, or the irreps of rho are not known.
        ValueError: left and right differ in shape.
    """
    if left.shape != right.shape:
        raise ValueError(f"left and right have one shape, got {tuple(left.shape)} and {tuple(right.shape)}")
    flat = _spectrum(rho, left.reshape(-1, left.shape[-1]), right.reshape(-1, right.shape[-1]), False)
    return replace(flat, coefficients=flat.coefficients.reshape(*left.shape[:-1], flat.coefficients.shape[-1]))


def pairwise_spectrum(rho: Representation, left: Tensor, right: Tensor) -> Spectrum:
    """s_ij(g) = <rho(g) left_i, right_j>, (b dim) and (c dim) -> coefficients (b c n); errors as `spectrum`'s."""
    if left.dim() != 2 or right.dim() != 2:
        raise ValueError(f"left is (b dim) and right (c dim), got {tuple(left.shape)} and {tuple(right.shape)}")
    return _spectrum(rho, left, right, True)


def log_partition(spectrum: Spectrum, temperature: float = 1.0, *, degree: int | None = None) -> Tensor:
    """log Z = log of the integral of exp(s(g) / T) over Haar's measure, by quadrature, (*batch).

    s(g) / T - log Z is then the logarithm of a density, in nats; chance, the constant density, is at zero. For vectors
    of length one at most, s of degree K and T <= 1, the grid for the degree 5 K / sqrt(T) misses by less than 1e-4.

    Raises:
        ValueError: the temperature is not positive, or the degree is less than twice that of s.
    """
    if not temperature > 0:
        raise ValueError(f"the temperature must be positive, got {temperature}")
    enough = math.ceil(5 * spectrum.degree / math.sqrt(min(temperature, 1.0)))
    grid = spectrum.grid(enough if degree is None else degree)
    return (grid.values / temperature + grid.weights.log()).logsumexp(-1)


def _spectrum(rho: Representation, left: Tensor, right: Tensor, pairs: bool) -> Spectrum:
    if rho.group not in BY_GROUP:
        raise TypeError(f"a spectrum is known on {' and '.join(map(str, BY_GROUP))}, got {rho.group}")
    if {left.shape[-1], right.shape[-1]} != {rho.dim}:
        got = f"{tuple(left.shape)} and {tuple(right.shape)}"
        raise ValueError(f"{rho} acts on vectors of dimension {rho.dim}, got {got}")
    left, right = full_precision(left, right)
    with torch.autocast(left.device.type, enabled=False):
        return BY_GROUP[rho.group](irreps_of(rho), left, right, pairs)


def irreps_of(rho: Representation) -> Parts:
    """What a representation of SO(2) or SO(3) consists of.

    Raises:
        TypeError: it is not known, as for a subclass, which may act otherwise.
    """
    if type(rho) not in IRREPS:
        raise TypeError(f"a spectrum needs a sum of irreps, trivial and standard representations, got {rho}")
    return IRREPS[type(rho)](rho)


def _of_sum(rho: DirectSum) -> Parts:
    return tuple(part for term, copies in rho.runs for part in _repeated(irreps_of(term), copies))


def _degrees(rho: BandLimited) -> Parts:
    return tuple((l, rho.multiplicity(l)) for l in range(rho.degree + 1))


def _repeated(parts: Parts, copies: int) -> Parts:
    return ((parts[0][0], parts[0][1] * copies),) if len(parts) == 1 else parts * copies


IRREPS: dict[type, Callable[[Any], Parts]] = {
    Irrep: lambda rho: ((rho.frequency[0], 1),),
    SphereFunctions: _degrees,
    RotationFunctions: _degrees,
    Trivial: lambda rho: ((0, rho.dim),),
    Standard: lambda rho: ((1, 1),),
    DirectSum: _of_sum,
}
