"""A claimed action on fibres that is no homomorphism."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from groups.element import Element
from groups.representation import Regular


@dataclass(frozen=True)
class RandomOrthogonal(Regular):
    """Functions on the group, moved by a random rotation for each element: rho(e) = I, rho(g h) != rho(g) rho(h)."""

    seed: int = 0
    """Seed of the rotations."""

    @property
    def is_permutation(self) -> bool:
        return False

    def permutation(self, g: Element) -> Tensor:
        raise TypeError(f"{self} is not a permutation representation")

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return _rotations(self.dim, self.seed).to(g.device, dtype)[self.group.index(g)]


@lru_cache(maxsize=8)
def _rotations(n: int, seed: int) -> Tensor:
    """n matrices of SO(n), the first the identity, (n n n)."""
    noise = torch.randn(n, n, n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    noise[0] = 0
    return torch.linalg.matrix_exp(noise - noise.mT)
