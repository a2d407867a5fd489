"""Grids on the sphere and on SO(3), with weights of the invariant measure or evenly spread."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from groups.element import Element
from groups.spatial import SO3


def sphere_quadrature(degree: int) -> tuple[Tensor, Tensor]:
    """Points of the sphere, (n 3), and weights of the mean over it, (n), exact up to a degree, in float64.

    Gauss-Legendre nodes in z, from north to south, and equal steps around the axis.
    """
    turns = 2 * torch.pi * torch.arange(degree + 1, dtype=torch.float64) / (degree + 1)
    nodes, weights = (torch.as_tensor(a).flip(0) for a in np.polynomial.legendre.leggauss(degree // 2 + 1))
    ring = (1 - nodes.square()).sqrt()[:, None]
    points = torch.stack(torch.broadcast_tensors(ring * turns.cos(), ring * turns.sin(), nodes[:, None]), dim=-1)
    return points.flatten(0, 1), (weights / (2 * (degree + 1))).repeat_interleave(degree + 1)


def rotation_quadrature(degree: int) -> tuple[Element, Tensor]:
    """Rotations Z(a) Y(b) Z(c), (n), and weights of Haar's measure, exact for functions up to a degree, in float64.

    Gauss-Legendre nodes in cos b, equal steps in a and c.

    Source: Kostelec & Rockmore, FFTs on the rotation group (2008).
    """
    turns, tilts = euler_angles(degree)
    weights = torch.as_tensor(np.polynomial.legendre.leggauss(degree // 2 + 1)[1])
    share = weights[:, None].expand(degree + 1, -1, degree + 1) / (2 * (degree + 1) ** 2)
    return euler(turns, tilts, turns).reshape(-1), share.flatten()


def euler_angles(degree: int) -> tuple[Tensor, Tensor]:
    """The angles a and c of the grid for a degree, and the angles b."""
    turns = 2 * torch.pi * torch.arange(degree + 1, dtype=torch.float64) / (degree + 1)
    return turns, torch.as_tensor(np.polynomial.legendre.leggauss(degree // 2 + 1)[0]).acos()


def euler(a: Tensor, b: Tensor, c: Tensor) -> Element:
    """The rotations Z(a) Y(b) Z(c) of every triple of angles, (a b c)."""
    return _about(2, a)[:, None, None] @ _about(1, b)[:, None] @ _about(2, c)


@lru_cache(maxsize=16)
def sphere_spiral(count: int) -> np.ndarray:
    """Points spread evenly over the sphere, (count 3), from the north pole, +z, to the south: a golden spiral."""
    i = np.arange(count) + 0.5
    z, angle = 1 - 2 * i / count, math.pi * (1 + math.sqrt(5)) * i
    ring = np.sqrt(1 - z**2)
    return np.stack([ring * np.cos(angle), ring * np.sin(angle), z], axis=-1)


@lru_cache(maxsize=16)
def rotation_spiral(count: int) -> np.ndarray:
    """Rotations spread evenly over SO(3), the nearest to the identity first, as unit quaternions (count 4).

    Source: M. Alexa, Super-Fibonacci spirals: fast, low-discrepancy sampling of SO(3) (CVPR 2022).
    """
    s = np.arange(count) + 0.5
    outer, inner = np.sqrt(s / count), np.sqrt(1 - s / count)
    a, b = 2 * math.pi * s / math.sqrt(2), 2 * math.pi * s / 1.533751168755204288118041
    q = np.stack([outer * np.sin(a), outer * np.cos(a), inner * np.sin(b), inner * np.cos(b)], axis=-1)
    return q[np.argsort(-np.abs(q[:, 0]), kind="stable")]


def _about(axis: int, angles: Tensor) -> Element:
    return SO3().exp(angles[:, None] * torch.eye(3, dtype=angles.dtype)[axis])
