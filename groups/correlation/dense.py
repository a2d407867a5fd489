"""The correlation of vectors at given elements, by moving them."""

from __future__ import annotations

import torch
from torch import Tensor

from groups.action import Action
from groups.element import Element


def by_elements(rho: Action, g: Element, left: Tensor, right: Tensor, pairs: bool = False) -> Tensor:
    """<rho(g) left, right>, g: (n), left: (b *event), right: (c *event) -> (n b), c = b, or in pairs (n b c)."""
    moved = rho(g[:, None], left).flatten(2)
    return torch.einsum("nbe,ce->nbc" if pairs else "nbe,be->nb", moved, right.flatten(1))
