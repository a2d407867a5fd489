"""Statistics of embeddings (b d) that several objectives use or log."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from homossl.types import Pairs


def unit(z: Tensor) -> Tensor:
    """Rows of Euclidean length 1, z / |z|: (b d)."""
    return F.normalize(z, dim=1)


def both(pairs: Pairs) -> Tensor:
    """The left views, then the right ones: (2b d)."""
    return torch.cat([pairs.left, pairs.right])


def cosines(online: Pairs, target: Pairs) -> Tensor:
    """Cosine of each online view with the target's other view of the same sample: (2b)."""
    return F.cosine_similarity(both(online), torch.cat([target.right, target.left]), dim=1)


def spread(pairs: Pairs) -> Tensor:
    """sqrt(d) times the mean deviation of the unit embeddings: 1 where they fill the sphere, 0 on collapse.

    Source: Chen & He, Exploring simple Siamese representation learning (arXiv 2011.10566), section 4.1.
    """
    z = unit(both(pairs))
    return z.std(0, correction=0).mean() * z.shape[1] ** 0.5


def off_diagonal(c: Tensor) -> Tensor:
    """The matrix (d d) with its diagonal set to zero."""
    return c - torch.diag(c.diagonal())


def hits(logits: Tensor, positive: Tensor) -> Tensor:
    """Share of rows of logits (b n) whose largest entry is at positive: (b)."""
    return found(logits, positive).mean()


def found(logits: Tensor, positive: Tensor) -> Tensor:
    """1 for each row of logits (b n) whose largest entry is at positive: (b), and 0 for the others."""
    return (logits.argmax(1) == positive).to(logits.dtype)
