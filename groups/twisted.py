"""Functions that are claimed to be moved by what is no homomorphism."""

from __future__ import annotations

import torch
from torch import Tensor

from groups.band_limited import BandLimited
from groups.element import Element
from groups.spatial import SO3, rotation_matrix


class Twisted(BandLimited):
    """g moves space by q R_g q^-1 R_g with a random rotation q: rho(e) = I, but rho(g h) != rho(g) rho(h)."""

    seed: int
    """Of q."""

    def motion(self, g: Element, dtype: torch.dtype) -> Tensor:
        turn = super().motion(g, dtype)
        drawn = SO3().sample(generator=torch.Generator().manual_seed(self.seed), dtype=torch.float64)
        q = rotation_matrix(drawn.params).to(turn)
        return q @ turn @ q.mT @ turn
