"""How latents lie on the unit sphere: positives close together, all of them spread out."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

CHUNK = 256
"""Rows of the matrix of all distances that are held at a time."""


def unit_vectors(z: Tensor) -> Tensor:
    """u_i = z_i / |z_i| in float64, z: (n d), at whatever scale; a latent of zeros has no direction and stays zero."""
    z = z.double()
    largest = z.abs().amax(1, keepdim=True).clamp_min(torch.finfo(z.dtype).tiny)
    return F.normalize(z / largest, dim=1)


def alignment(left: Tensor, right: Tensor, alpha: float = 2) -> float:
    """mean |u_i - v_i|^alpha of the unit vectors u, v of positive pairs, left, right: (n d); less is more alike.

    Source: Wang & Isola, Understanding contrastive representation learning (arXiv 2005.10242), section 4.1.

    Raises:
        ValueError: the two have not the same shape (n d).
    """
    if left.ndim != 2 or left.shape != right.shape:
        raise ValueError(f"expected positive pairs (n d) and (n d), got {tuple(left.shape)} and {tuple(right.shape)}")
    apart = unit_vectors(left) - unit_vectors(right)
    return apart.norm(dim=1).pow(alpha).mean().item()


def uniformity(z: Tensor, t: float = 2) -> float:
    """log mean exp(-t |u_i - u_j|^2) over all pairs i != j of the unit vectors of z: (n d); less is more spread out.

    Zero where all latents point one way. Takes O(n^2 d) multiplications, CHUNK rows of the distances at a time.

    Source: Wang & Isola, Understanding contrastive representation learning (arXiv 2005.10242), section 4.1.

    Raises:
        ValueError: there are fewer than two latents.
    """
    n = len(z)
    if z.ndim != 2 or n < 2:
        raise ValueError(f"expected at least two latents (n d), got {tuple(z.shape)}")
    u = unit_vectors(z)
    total = torch.stack([torch.exp(-t * torch.cdist(rows, u).square()).sum() for rows in u.split(CHUNK)]).sum()
    return ((total - n) / (n * (n - 1))).log().item()
