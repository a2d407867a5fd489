"""The Haar mean, as a weighted sum over elements that is exact on representations of low degree."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from groups import O2, SO2, SO3, Element, Group, Representation
from groups.correlation.rotations import quadrature

TURNS = 32
"""Turns by multiples of 2 pi / TURNS average every frequency below TURNS exactly."""
DEGREE = 7
"""Greatest degree of the irreps of SO(3) that are averaged exactly."""


def haar(group: Group) -> tuple[Element, Tensor]:
    """Elements g (n) and weights w (n) such that the mean of f over the group is sum_i w_i f(g_i).

    Exact for finite groups, and for matrix entries of representations of SO(2) and O(2) of frequency below 32, and of
    SO(3) of degree below 8.

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
        return quadrature(DEGREE)
    raise TypeError(f"the mean over {group} is not known here")


def character(rho: Representation, g: Element) -> Tensor:
    """chi(g) = tr rho(g), (*batch)."""
    return rho.matrix(g, dtype=torch.float64).diagonal(dim1=-2, dim2=-1).sum(-1)


def _uniform(g: Element) -> tuple[Element, Tensor]:
    return g, torch.full((len(g),), 1 / len(g), dtype=torch.float64)


def _angles() -> Tensor:
    return 2 * math.pi / TURNS * torch.arange(TURNS, dtype=torch.float64)
