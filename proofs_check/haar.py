"""The Haar mean, as a weighted sum over elements that is exact on representations of low degree."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from groups import O2, SO2, SO3, Element, Group, Representation

TURNS = 32
"""Turns by multiples of 2 pi / TURNS average every frequency below TURNS exactly."""
NODES = 4
"""Gauss-Legendre nodes, exact on polynomials of degree below 2 NODES."""


def haar(group: Group) -> tuple[Element, Tensor]:
    """Elements g (n) and weights w (n) such that the mean of f over the group is sum_i w_i f(g_i).

    Exact for finite groups, and for matrix entries of representations of SO(2) and O(2) of frequency below 32, and of
    SO(3) of degree below 8 (equal angles about the axes, Gauss-Legendre in the cosine between them).

    Raises:
        TypeError: the group is neither finite nor one of these.
    """
    if group.order is not None:
        return _uniform(group.elements())  # type: ignore[attr-defined]
    if group == SO2():
        return _uniform(group.element(_angles()[:, None]))
    if group == O2():
        flips = torch.tensor([0.0, 1.0], dtype=torch.float64)
        return _uniform(group.element(torch.cartesian_prod(flips, _angles())))
    if isinstance(group, SO3):
        return _euler(group)
    raise TypeError(f"the mean over {group} is not known here")


def character(rho: Representation, g: Element) -> Tensor:
    """chi(g) = tr rho(g), (*batch)."""
    return rho.matrix(g, dtype=torch.float64).diagonal(dim1=-2, dim2=-1).sum(-1)


def _euler(group: SO3) -> tuple[Element, Tensor]:
    """Turns about z, y, z by angles (a, b, c), with density sin b."""
    nodes, shares = np.polynomial.legendre.leggauss(NODES)
    z, y = torch.tensor([0.0, 0, 1], dtype=torch.float64), torch.tensor([0.0, 1, 0], dtype=torch.float64)
    about_z, about_y = group.exp(_angles()[::4, None] * z), group.exp(torch.tensor(np.arccos(nodes))[:, None] * y)
    g = about_z[:, None, None] @ about_y[:, None] @ about_z
    weights = torch.tensor(shares / 2)[:, None].expand(g.shape) / (g.shape[0] * g.shape[2])
    return g.reshape(-1), weights.reshape(-1)


def _uniform(g: Element) -> tuple[Element, Tensor]:
    return g, torch.full((len(g),), 1 / len(g), dtype=torch.float64)


def _angles() -> Tensor:
    return 2 * math.pi / TURNS * torch.arange(TURNS, dtype=torch.float64)
