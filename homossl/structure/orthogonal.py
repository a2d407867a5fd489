"""A claimed action on fibres that is no homomorphism."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from groups import Element, FieldAction, Regular


@dataclass(frozen=True)
class _RandomOrthogonal(Regular):
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


def with_random_orthogonal(action: FieldAction, seed: int) -> FieldAction:
    """The same action with every regular fibre moved by random rotations, the same for all of them.

    Raises:
        ValueError: the point group has only the identity, which stays.
    """
    group, order = action.fibre.group, action.regular_order
    if order < 2:
        raise ValueError(f"structure 'random_orthogonal' would change nothing: the point group {group} does not turn")
    return replace(action, fibre=action.fibre.dim // order * _RandomOrthogonal(group, seed))


@lru_cache(maxsize=8)
def _rotations(n: int, seed: int) -> Tensor:
    """n matrices of SO(n), the first the identity, (n n n)."""
    noise = torch.randn(n, n, n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    noise[0] = 0
    return torch.linalg.matrix_exp(noise - noise.mT)
