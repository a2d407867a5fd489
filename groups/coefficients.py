"""Coefficients of functions that a group of rotations moves, as vectors."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from groups.element import Element
from groups.harmonics import wigner
from groups.precision import full_precision
from groups.representation import Representation
from groups.standard import Standard
from groups.sums import block_diagonal


@dataclass(frozen=True)
class Coefficients(Representation):
    """Copies of the irreps of degrees 0 to some degree, degree after degree, as of e3nn's "k x 0e + k x 1o + ...".

    Raises:
        ValueError: copies < 1 or degree < 0.
        TypeError: the group does not turn space about a point.
    """

    group: Any
    """The group that turns space."""
    copies: int
    """How many functions there are."""
    degree: int
    """The highest degree of their harmonics."""

    def __post_init__(self) -> None:
        for name, least in (("copies", 1), ("degree", 0)):
            if type(value := getattr(self, name)) is not int or value < least:
                raise ValueError(f"{type(self).__name__}.{name} is a whole number from {least}, got {value!r}")
        if not _turns_space(self.group):
            raise TypeError(f"{type(self).__name__} needs a group that turns space, such as SO3(), got {self.group}")

    @abstractmethod
    def multiplicity(self, l: int) -> int:
        """How many copies of the irrep of degree l there are, a multiple of `copies`."""

    @property
    def dim(self) -> int:
        return sum(self.multiplicity(l) * (2 * l + 1) for l in range(self.degree + 1))

    @property
    def size(self) -> int:
        """The coefficients of one function."""
        return self.dim // self.copies

    def motion(self, g: Element, dtype: torch.dtype) -> Tensor:
        """How an element moves space, (*batch 3 3)."""
        return Standard(self.group).matrix(g, dtype=dtype)

    def parts(self, z: Tensor) -> list[Tensor]:
        """The coefficients of each degree l, (*batch dim) -> (*batch multiplicity 2l+1)."""
        self.check_size(z)
        sizes = [self.multiplicity(l) * (2 * l + 1) for l in range(self.degree + 1)]
        return [part.unflatten(-1, (-1, 2 * l + 1)) for l, part in enumerate(z.split(sizes, dim=-1))]

    def functions(self, z: Tensor) -> Tensor:
        """The coefficients of each function, in the order of the basis, (*batch dim) -> (*batch copies size)."""
        return torch.cat([part.reshape(*z.shape[:-1], self.copies, -1) for part in self.parts(z)], dim=-1)

    def from_functions(self, f: Tensor) -> Tensor:
        """The inverse of `functions`, (*batch copies size) -> (*batch dim)."""
        sizes = [self.multiplicity(l) // self.copies * (2 * l + 1) for l in range(self.degree + 1)]
        return torch.cat([part.flatten(-2) for part in f.split(sizes, dim=-1)], dim=-1)

    def act(self, g: Element, x: Tensor) -> Tensor:
        parts = self.parts(x)
        turns = wigner(range(self.degree + 1), self.motion(g, full_precision(x).dtype))
        moved = [(part @ turn.mT.to(x.dtype)).flatten(-2) for part, turn in zip(parts, turns, strict=True)]
        return torch.cat(moved, dim=-1)

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        turns = wigner(range(self.degree + 1), self.motion(g, dtype))
        return block_diagonal([turn for l, turn in enumerate(turns) for _ in range(self.multiplicity(l))])

    def invariants(self, x: Tensor) -> Tensor:
        """What has degree 0, and the length of every other vector: the power spectrum, (*batch k)."""
        first, *rest = self.parts(x)
        return torch.cat([first[..., 0], *[part.norm(dim=-1) for part in rest]], dim=-1)

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        """Normal coefficients, which fall with the degree, (n dim)."""
        z = torch.randn(n, self.dim, generator=generator, dtype=torch.float64)
        return torch.cat([part.flatten(-2) / (1 + l) for l, part in enumerate(self.parts(z))], dim=-1)

    def check_size(self, z: Tensor) -> None:
        """Check that vectors hold the coefficients.

        Raises:
            ValueError: they are longer or shorter.
        """
        if z.shape[-1] != self.dim:
            raise ValueError(f"{self} has {self.dim} coefficients, got {tuple(z.shape)}")


@lru_cache(maxsize=32)
def _turns_space(group: Any) -> bool:
    try:
        turns = Standard(group).matrix(group.sample(8, generator=torch.Generator().manual_seed(0)), dtype=torch.float64)
    except (TypeError, AttributeError):
        return False
    return turns.shape[-1] == 3 and torch.allclose(turns @ turns.mT, torch.eye(3, dtype=turns.dtype), atol=1e-5)
