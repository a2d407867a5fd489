"""How much of a homomorphism a latent is: scores of a table of matrices, one for each element of a finite group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from groups import Cyclic, Dihedral, FiniteGroup, Irrep, Torus, frequencies
from groups.precision import full_precision
from groups.products import Product
from homossl.report.text import aligned
from homossl.verify.orbits import GeneratorOrbit, orbits
from homossl.verify.residual import residuals

CHUNK = 2**22
"""Numbers held at a time while products are compared."""


@dataclass(frozen=True)
class LatentScores:
    """How far matrices rho(g) are from an orthogonal representation, in Frobenius norms; all zero if they are one.

    Each is the worst over the elements, unless it says otherwise.
    """

    identity: float
    """|rho(e) - I| / |I|."""
    homomorphism: float
    """|rho(g h) - rho(g) rho(h)| / |rho(g h)|."""
    homomorphism_mean: float
    """The same, its mean over all pairs."""
    inverse: float
    """|rho(g) rho(g^-1) - I| / |I|."""
    unitarity: float
    """|rho(g) rho(g)^T - I| / |I|."""
    orbits: tuple[GeneratorOrbit, ...]
    """One for each of a few elements that generate the group."""
    multiplicities: dict[tuple[int, ...], float] | None
    """How often each irrep occurs, by its frequency; None where the irreps of the group are not known."""

    @property
    def off_whole(self) -> float | None:
        """How far the multiplicities are from whole numbers, the worst of them."""
        if self.multiplicities is None:
            return None
        return max(abs(m - round(m)) for m in self.multiplicities.values())

    def table(self) -> str:
        """One score per line."""
        scores = {name: score for name, score in vars(self).items() if isinstance(score, float)}
        rows = [(name.replace("_", ", "), f"{score:.2e}") for name, score in scores.items()]
        walks = [(f"orbit of {orbit.generator}", str(orbit)) for orbit in self.orbits]
        return aligned(("score", "value"), [*rows, *walks, *self._irreps()])

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON; multiplicities as a list of [frequency, how often]."""
        irreps = None if self.multiplicities is None else [[list(k), m] for k, m in self.multiplicities.items()]
        return asdict(self) | {"multiplicities": irreps, "off_whole": self.off_whole}

    def _irreps(self) -> list[tuple[str, str]]:
        if self.multiplicities is None:
            return [("irreps", "not known for this group")]
        counts = [(f"irrep {frequency}", f"{m:.3f} times") for frequency, m in self.multiplicities.items()]
        return [*counts, ("off whole numbers", f"{self.off_whole:.2e}")]


def latent_scores(matrices: Tensor, group: FiniteGroup | Product) -> LatentScores:
    """The scores of matrices rho(g): (order d d), declared or fitted, in the order of group.elements().

    Takes O(order^2 d^3) multiplications, in chunks of bounded memory.

    >>> from groups import Regular
    >>> latent_scores(Regular(Dihedral(3)).matrix(Dihedral(3).elements()), Dihedral(3)).multiplicities
    {(0, 0): 1.0, (1, 0): 1.0, (1, 1): 2.0}

    Raises:
        TypeError: the group is infinite.
        ValueError: there is not one square matrix of finite real numbers for each element.
    """
    rho, g = _checked(matrices, group), group.elements(device=matrices.device)
    table, e = group.index(g[:, None] @ g), int(group.index(group.identity()))
    one = torch.eye(rho.shape[-1], dtype=rho.dtype, device=rho.device).expand_as(rho)
    products = torch.cat(list(_product_residuals(rho, table)))
    return LatentScores(
        identity=residuals(rho[[e]], one[:1]).item(),
        homomorphism=products.amax().item(),
        homomorphism_mean=products.mean().item(),
        inverse=residuals(rho @ rho[group.index(~g)], one).amax().item(),
        unitarity=residuals(rho @ rho.mT, one).amax().item(),
        orbits=orbits(rho, g, table.tolist(), e),
        multiplicities=multiplicities(rho, group),
    )


def multiplicities(matrices: Tensor, group: FiniteGroup | Product) -> dict[tuple[int, ...], float] | None:
    """How often each real irrep occurs, m_i = <chi_i, chi_rho> / <chi_i, chi_i>, <a, b> = mean over g of a(g) b(g).

    <chi_i, chi_i> is 1 for irreps of real type and 2 for those of complex type. None where the irreps of the group are
    not known. Source: Serre 1977, Linear Representations of Finite Groups, sec. 2.3 and 13.2.
    """
    if not isinstance(group, Cyclic | Dihedral | Torus):
        return None
    g, chi = group.elements(device=matrices.device), _traces(matrices)
    names = frequencies(group, 0)
    characters = [_traces(Irrep(group, *name).matrix(g, dtype=matrices.dtype)) for name in names]
    return {name: (c @ chi / (c @ c)).item() for name, c in zip(names, characters, strict=True)}


def _product_residuals(rho: Tensor, table: Tensor) -> Iterator[Tensor]:
    rows = max(1, CHUNK // rho.numel())
    for some, products in zip(rho.split(rows), table.split(rows), strict=True):
        yield residuals((some[:, None] @ rho).flatten(0, 1), rho[products].flatten(0, 1))


def _traces(matrices: Tensor) -> Tensor:
    return matrices.diagonal(dim1=-2, dim2=-1).sum(-1)


def _checked(matrices: Tensor, group: FiniteGroup | Product) -> Tensor:
    if group.order is None:
        raise TypeError(f"scores need a matrix for every element of a finite group, got {group}")
    if matrices.dim() != 3 or matrices.shape[0] != group.order or matrices.shape[1] != matrices.shape[2]:
        raise ValueError(f"expected matrices ({group.order} d d) for {group}, got {tuple(matrices.shape)}")
    if matrices.is_complex() or not matrices.isfinite().all():
        raise ValueError(f"expected matrices of finite real numbers, got {matrices.dtype} with NaN, inf or complex")
    return full_precision(matrices)
