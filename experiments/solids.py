"""Pairs of views of solids with a known rotation between them, and what symmetries the solids have."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from groups import SO3, Action, Element, SphereFunctions, Standard
from groups.correlation import best, coset_distance, symmetries
from groups.harmonics import spherical_harmonics
from homossl.data.meshes import Mesh
from homossl.data.shapes import SHAPES
from homossl.encoders import Encoder
from homossl.evaluate import frozen

PLATONIC = {"tetrahedron": 12, "cube": 24, "octahedron": 24, "dodecahedron": 60, "icosahedron": 60}
ORDERS = PLATONIC | {"pillow": 8, "star": 24, "helix": 2, "knot_2_3": 6, "knot_2_5": 10, "knot_3_4": 8}
"""The solids, and how many rotations keep each."""
POINTS = 256


@lru_cache(maxsize=16)
def mesh(name: str) -> Mesh:
    """A solid, centred."""
    return SHAPES[name]().centred()


def pairs(count: int, anew: bool, noise: float, rng: torch.Generator) -> tuple[Tensor, Element]:
    """Two views of so many clouds of each solid, (2 solids count n 3), and the rotations of each, (2 solids count).

    They are views of the same points or of points drawn anew, blurred by noise of their own.
    """
    clouds = torch.stack([mesh(name).sample(2, count, POINTS, generator=rng) for name in ORDERS], dim=1).float()
    clouds = clouds if anew else clouds[:1].expand_as(clouds)
    poses = SO3().sample(2, len(ORDERS), count, generator=rng)
    views = Standard(SO3())(poses[..., None], clouds)
    return views + noise * torch.randn(views.shape, generator=rng), poses


def angles(encoder: Encoder, count: int, anew: bool, noise: float, seed: int) -> Tensor:
    """Degrees between the rotations that are found and the true ones, up to symmetries, (solids count)."""
    views, poses = pairs(count, anew, noise, torch.Generator().manual_seed(1000 + seed))
    rows = [_angles(encoder, views[:, i], poses[:, i], name) for i, name in enumerate(ORDERS)]
    return 180 / math.pi * torch.stack(rows)


def _angles(encoder: Encoder, views: Tensor, poses: Element, name: str) -> Tensor:
    with frozen(encoder):  # type: ignore[arg-type]
        found, _ = best(encoder.action_out, *encoder(views.flatten(0, 1)).chunk(2))
    return coset_distance(found @ poses[0], poses[1], stabiliser(name).to(torch.float32))


@lru_cache(maxsize=16)
def stabiliser(name: str) -> Element:
    """The rotations that keep a solid, by 100 000 points of its surface: they show them to within 2 % of the height.

    Raises:
        ValueError: they are not as many as are known.
    """
    points = mesh(name).sample(100_000, generator=torch.Generator().manual_seed(0))
    found = symmetries(SphereFunctions(SO3(), 1, 6), spherical_harmonics(6, points).mean(0), 0.02)
    if len(found) != ORDERS[name]:
        raise ValueError(f"expected {ORDERS[name]} rotations that keep the {name}, got {len(found)}")
    return found


def told(name: str, degree: int) -> int | None:
    """How many rotations keep the corners of a solid as a function up to a degree, None if no finite group does."""
    corners = mesh(name).vertices
    unit = corners / corners.norm(dim=-1, keepdim=True)
    return _count(SphereFunctions(SO3(), 1, degree), spherical_harmonics(degree, unit).mean(0), 1e-6)


def told_by(encoder: Encoder, cloud: Tensor, tolerance: float) -> int | None:
    """The same for the latent of a cloud (n 3)."""
    with frozen(encoder):  # type: ignore[arg-type]
        return _count(encoder.action_out, encoder(cloud[None])[0], tolerance)


def _count(rho: Action, z: Tensor, tolerance: float) -> int | None:
    try:
        return len(symmetries(rho, z, tolerance))
    except ValueError:
        return None
