"""How many dimensions latents use."""

from __future__ import annotations

import torch
from torch import Tensor

from homossl.evaluate.latent.finite import check_finite
from homossl.evaluate.latent.rounding import difference


def singular_values(z: Tensor) -> Tensor:
    """The singular values of the centred latents z - mean: (n d), largest first, (min(n, d)) in float64."""
    z = z.double()
    return torch.linalg.svdvals(difference(z, z.mean(0), z))


def effective_rank(singular: Tensor) -> float:
    """exp of the entropy of p = sigma / sum sigma, for singular values sigma: (k); 0 where all of them are zero.

    The rank where the values that are not zero are equal, and less otherwise.

    >>> round(effective_rank(torch.tensor([2.0, 2.0, 2.0, 0.0])), 6)
    3.0

    Source: Roy & Vetterli 2007, The effective rank, definition 1. On latents as they are, not centred, it is RankMe.

    Raises:
        ValueError: some values are infinite, or not numbers.
    """
    check_finite("singular values", singular)
    total = singular.sum()
    if not total > 0:
        return 0.0
    return torch.special.entr(singular.double() / total).sum().exp().item()
