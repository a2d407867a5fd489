"""Direct sums and tensor products of representations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np
import torch

from groups.element import Element
from groups.group import Group
from groups.representation import Representation


@dataclass(frozen=True)
class DirectSum(Representation):
    """rho_1 + rho_2 + ..., block diagonal; equal neighbours are moved together.

    Raises:
        ValueError: there are no terms.
        TypeError: the terms represent different groups.
    """

    terms: tuple[Representation, ...]
    """The blocks, in order."""

    def __post_init__(self) -> None:
        if not self.terms:
            raise ValueError("a direct sum needs at least one representation, got none")
        groups = {rho.group for rho in self.terms}
        if len(groups) > 1:
            raise TypeError(f"the terms of a direct sum represent one group, got {groups}")

    @property
    def group(self) -> Group:
        return self.terms[0].group

    @property
    def dim(self) -> int:
        return sum(rho.dim for rho in self.terms)

    @property
    def is_permutation(self) -> bool:
        return all(rho.is_permutation for rho, _ in self.runs)

    @property
    def runs(self) -> tuple[tuple[Representation, int], ...]:
        """Equal neighbouring terms with their number."""
        return _runs(self.terms)

    def permutation(self, g: Element) -> torch.Tensor:
        parts, start = [], 0
        for rho, copies in self.runs:
            offsets = start + rho.dim * torch.arange(copies, device=g.device)
            parts.append((rho.permutation(g)[..., None, :] + offsets[:, None]).flatten(-2))
            start += rho.dim * copies
        return torch.cat(parts, dim=-1)

    def _matrix(self, g: Element, dtype: torch.dtype) -> torch.Tensor:
        return block_diagonal([rho.matrix(g, dtype=dtype) for rho in self.terms])

    def act(self, g: Element, x: torch.Tensor) -> torch.Tensor:
        if self.is_permutation:
            return super().act(g, x)
        return torch.cat([rho.act(g[..., None], piece).flatten(-2) for rho, piece in self._pieces(x)], dim=-1)

    def invariants(self, x: torch.Tensor) -> torch.Tensor:
        """Those of every term, one after the other."""
        return torch.cat([rho.invariants(piece).flatten(-2) for rho, piece in self._pieces(x)], dim=-1)

    def _pieces(self, x: torch.Tensor) -> list[tuple[Representation, torch.Tensor]]:
        """Each run of equal terms with its part of a vector, (*batch copies dim)."""
        parts = x.split([rho.dim * copies for rho, copies in self.runs], dim=-1)
        return [(rho, part.unflatten(-1, (n, rho.dim))) for (rho, n), part in zip(self.runs, parts, strict=True)]


@dataclass(frozen=True)
class Tensor(Representation):
    """rho_1 (x) rho_2, the Kronecker product: coordinate i dim_2 + j pairs i with j.

    Raises:
        TypeError: the factors represent different groups.
    """

    left: Representation
    """The factor whose coordinate runs slowest."""
    right: Representation
    """The factor whose coordinate runs fastest."""

    def __post_init__(self) -> None:
        if self.left.group != self.right.group:
            raise TypeError(f"a tensor product pairs one group, got {self.left.group} and {self.right.group}")

    @property
    def group(self) -> Group:
        return self.left.group

    @property
    def dim(self) -> int:
        return self.left.dim * self.right.dim

    @property
    def is_permutation(self) -> bool:
        return self.left.is_permutation and self.right.is_permutation

    def permutation(self, g: Element) -> torch.Tensor:
        left, right = self.left.permutation(g), self.right.permutation(g)
        return (left[..., :, None] * self.right.dim + right[..., None, :]).flatten(-2)

    def _matrix(self, g: Element, dtype: torch.dtype) -> torch.Tensor:
        left, right = self.left.matrix(g, dtype=dtype), self.right.matrix(g, dtype=dtype)
        return torch.einsum("...ij,...kl->...ikjl", left, right).flatten(-4, -3).flatten(-2, -1)


@dataclass(frozen=True)
class ChangeOfBasis(Representation):
    """Q rho Q^-1, with Q: (dim dim), row by row.

    >>> from groups import Cyclic, Irrep, Trivial
    >>> both = Trivial(Cyclic(2)) + Irrep(Cyclic(2), 1)
    >>> ChangeOfBasis(both, ((1.0, 1.0), (1.0, -1.0))).matrix(Cyclic(2).element([1])).tolist()
    [[0.0, 1.0], [1.0, 0.0]]

    Raises:
        ValueError: Q is singular, or of another size than rho.
    """

    inner: Representation
    """The representation rho."""
    basis: tuple[tuple[float, ...], ...]
    """The matrix Q, row by row."""

    def __post_init__(self) -> None:
        shape = np.shape(self.basis)
        if shape != (self.inner.dim, self.inner.dim) or np.linalg.matrix_rank(self.basis) < self.inner.dim:
            raise ValueError(
                f"a basis of {self.inner} is an invertible matrix of size {self.inner.dim}, got {self.basis}"
            )

    @property
    def group(self) -> Group:
        return self.inner.group

    @property
    def dim(self) -> int:
        return self.inner.dim

    def _matrix(self, g: Element, dtype: torch.dtype) -> torch.Tensor:
        q, inverse = (torch.as_tensor(m, dtype=dtype, device=g.device) for m in _with_inverse(self.basis))
        return q @ self.inner.matrix(g, dtype=dtype) @ inverse


def block_diagonal(blocks: list[torch.Tensor]) -> torch.Tensor:
    """Square blocks (*batch d_i d_i) along the diagonal, zeros elsewhere."""
    total, start, rows = sum(b.shape[-1] for b in blocks), 0, []
    for block in blocks:
        rows.append(torch.nn.functional.pad(block, (start, total - start - block.shape[-1])))
        start += block.shape[-1]
    return torch.cat(rows, dim=-2)


@lru_cache(maxsize=256)
def _runs(terms: tuple[Representation, ...]) -> tuple[tuple[Representation, int], ...]:
    return tuple((rho, len(list(same))) for rho, same in groupby(terms))


@lru_cache(maxsize=256)
def _with_inverse(basis: tuple[tuple[float, ...], ...]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(basis), np.linalg.inv(np.array(basis))
