"""Cosines within and between classes, from one sum of unit vectors for each class: no n x n matrix."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from homossl.evaluate.latent.finite import check_finite
from homossl.evaluate.latent.rounding import ROUNDING
from homossl.evaluate.latent.sphere import unit_vectors


@dataclass(frozen=True, eq=False)
class ClassSums:
    """Unit latents u_i = z_i / |z_i|, and the sum S_a of those of each class: mean cosines are products of sums."""

    units: Tensor
    """u: (n d), in float64."""
    members: Tensor
    """The number of each latent's class, (n), into labels."""
    labels: Tensor
    """The labels of the classes, ascending: (c)."""
    sums: Tensor
    """S: (c d)."""
    counts: Tensor
    """How many latents each class has, (c)."""
    squares: Tensor
    """sum of |u_i|^2 over each class, (c): its count, unless some latents are zero and have no direction."""


def class_sums(z: Tensor, y: Tensor) -> ClassSums:
    """The sums of the unit vectors of each class, z: (n d), y: (n).

    Raises:
        ValueError: z is no matrix of finite numbers, y does not label its rows, or there are fewer than two classes.
    """
    check_latents(z, y)
    units = unit_vectors(z)
    labels, members = y.unique(return_inverse=True)
    sums = units.new_zeros(len(labels), units.shape[1]).index_add_(0, members, units)
    squares = units.new_zeros(len(labels)).index_add_(0, members, units.square().sum(1))
    return ClassSums(units, members, labels, sums, members.bincount().double(), squares)


def class_similarity(classes: ClassSums) -> Tensor:
    """Mean cosine of two latents of each pair of classes, (c c); not a number within a class of a single latent.

    S_a . S_b / (n_a n_b), and within a class, where a latent is no pair with itself, (|S_a|^2 - n_a) / (n_a (n_a - 1)).
    """
    own = torch.diag(classes.squares)
    return (classes.sums @ classes.sums.T - own) / (classes.counts[:, None] * classes.counts - classes.counts.diag())


def within_and_between(classes: ClassSums) -> tuple[float, float]:
    """Mean cosine distance 1 - u_i . u_j over all pairs of one class, and over all pairs of different classes."""
    inside, everything = classes.sums.square().sum(), classes.sums.sum(0).square().sum()
    n, squared = classes.counts.sum(), classes.counts.square().sum()
    within = 1 - (inside - classes.squares.sum()) / (squared - n)
    return within.item(), (1 - (everything - inside) / (n.square() - squared)).item()


def silhouette(classes: ClassSums) -> float:
    """Mean of (b - a) / max(a, b), a the mean cosine distance to the own class and b to the nearest other one.

    Zero for a latent that is alone in its class, and where all latents point one way.

    Source: Rousseeuw 1987, Silhouettes, eq. 1.
    """
    mine = F.one_hot(classes.members, len(classes.labels)).bool()
    cosines, counts = classes.units @ classes.sums.T, classes.counts[classes.members]
    others = (counts - 1).clamp_min(1)
    a = 1 - (cosines[mine] - classes.units.square().sum(1)) / others
    b = (1 - cosines / classes.counts).masked_fill(mine, torch.inf).amin(1)
    a, b = (distance.where(distance > ROUNDING, 0) for distance in (a, b))
    widths = (b - a) / torch.maximum(a, b).clamp_min(torch.finfo(b.dtype).tiny)
    return widths.where(counts > 1, 0.0).mean().item()


def check_latents(z: Tensor, y: Tensor) -> None:
    """Check that z: (n d) are finite latents with labels y: (n) of at least two classes."""
    if z.ndim != 2 or y.shape != z.shape[:1]:
        raise ValueError(f"expected latents z: (n d) with labels y: (n), got {tuple(z.shape)} and {tuple(y.shape)}")
    check_finite("latents", z)
    if len(y.unique()) < 2:
        raise ValueError(f"expected latents of at least two classes, got labels {y.unique().tolist()}")
