"""Solids by their equations: the platonic ones, superquadrics, and tubes about knots."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import product

import torch
from scipy.spatial import ConvexHull
from torch import Tensor

from homossl.data.meshes import Mesh, sheet

GOLDEN = (1 + math.sqrt(5)) / 2
AROUND, ALONG = 24, 192
"""Points of a grid around a tube, and along it."""


def tetrahedron() -> Mesh:
    """Every other corner of a cube."""
    return hull([corner for corner in _cube() if math.prod(corner) > 0])


def cube() -> Mesh:
    """The corners (+-1, +-1, +-1)."""
    return hull(_cube())


def octahedron() -> Mesh:
    """The corners +-e_i."""
    return hull(_cyclic([(sign, 0.0, 0.0) for sign in (-1.0, 1.0)]))


def dodecahedron() -> Mesh:
    """The corners of a cube, and the cyclic permutations of (0, +-1/phi, +-phi)."""
    return hull(_cube() + _cyclic([(0.0, a / GOLDEN, b * GOLDEN) for a, b in product((-1, 1), repeat=2)]))


def icosahedron() -> Mesh:
    """The cyclic permutations of (0, +-1, +-phi)."""
    return hull(_cyclic([(0.0, a, b * GOLDEN) for a, b in product((-1, 1), repeat=2)]))


def superquadric(along: float, around: float, height: float = 1.0) -> Mesh:
    """|x|^(2/n) + |y|^(2/n) = r^(2/n) around the axis, n = around; r^(2/m) + |z/height|^(2/m) = 1, m = along, along it.

    An exponent of 1 is round, one near 0 square, 2 flat and above 2 pinched. Source: A. H. Barr, Superquadrics and
    Angle-Preserving Transformations, IEEE Computer Graphics and Applications 1981.
    """
    latitude, longitude = _grid(-math.pi / 2, math.pi / 2, 65)[:, None], _grid(0, 2 * math.pi, 129)
    r, z = _power(latitude.cos(), along), height * _power(latitude.sin(), along)
    x, y = _power(longitude.cos(), around), _power(longitude.sin(), around)
    return sheet(torch.stack(torch.broadcast_tensors(r * x, r * y, z), dim=-1))


def cone(height: float = 2.0) -> Mesh:
    """A disc of radius 1 and the straight lines from its rim to a point above its centre."""
    around = _grid(0, 2 * math.pi, 129)
    rim = torch.stack([around.cos(), around.sin(), torch.zeros_like(around)], dim=-1)
    ends = rim.new_tensor([[[0.0, 0.0, 0.0]], [[0.0, 0.0, height]]]).expand(2, len(rim), 3)
    return sheet(torch.stack([ends[0], rim, ends[1]]))


def torus_knot(p: int, q: int, tube: float = 0.3, ring: float = 2.0, height: float = 0.9) -> Mesh:
    """A tube about the curve that winds p times about the axis of a torus and q times through its hole.

    p = 1, q = 0 is the torus itself.
    """
    t = _grid(0, 2 * math.pi, ALONG)
    outwards = torch.stack([(p * t).cos(), (p * t).sin(), torch.zeros_like(t)], dim=-1)
    normal = (q * t).cos()[:, None] * outwards + (q * t).sin()[:, None] * t.new_tensor([0.0, 0.0, 1.0])
    return tubular(ring * outwards + height * normal, normal, tube)


def helix(turns: int = 3, tube: float = 0.25, pitch: float = 0.9) -> Mesh:
    """A tube about a spring of radius 1."""
    t = _grid(0, 2 * math.pi * turns, ALONG)
    outwards = torch.stack([t.cos(), t.sin(), torch.zeros_like(t)], dim=-1)
    return tubular(outwards + (pitch * t / (2 * math.pi))[:, None] * t.new_tensor([0.0, 0.0, 1.0]), outwards, tube)


SHAPES: dict[str, Callable[[], Mesh]] = {
    "tetrahedron": tetrahedron,
    "cube": cube,
    "octahedron": octahedron,
    "dodecahedron": dodecahedron,
    "icosahedron": icosahedron,
    "sphere": partial(superquadric, 1.0, 1.0),
    "cylinder": partial(superquadric, 0.1, 1.0),
    "pillow": partial(superquadric, 1.0, 0.3, 0.5),
    "star": partial(superquadric, 2.8, 2.8),
    "cone": cone,
    "torus": partial(torus_knot, 1, 0, tube=0.8),
    "helix": helix,
    "knot_2_3": partial(torus_knot, 2, 3),
    "knot_2_5": partial(torus_knot, 2, 5),
    "knot_3_4": partial(torus_knot, 3, 4),
}
"""Every solid by its name."""


def hull(corners: list[tuple[float, float, float]]) -> Mesh:
    """The convex hull of points, its faces cut into triangles."""
    vertices = torch.tensor(corners, dtype=torch.float64)
    return Mesh(vertices, torch.from_numpy(ConvexHull(vertices.numpy()).simplices).long())


def tubular(curve: Tensor, normal: Tensor, radius: float) -> Mesh:
    """The tube about a curve (u 3) whose normals, (u 3) of length 1, are given."""
    tangent = torch.gradient(curve, dim=0)[0]
    across = torch.linalg.cross(tangent / tangent.norm(dim=-1, keepdim=True), normal)
    around = _grid(0, 2 * math.pi, AROUND)[:, None]
    return sheet(curve[:, None] + radius * (around.cos() * normal[:, None] + around.sin() * across[:, None]))


def _cube() -> list[tuple[float, float, float]]:
    return list(product((-1.0, 1.0), repeat=3))  # type: ignore[arg-type]


def _cyclic(points: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    return [(*p[i:], *p[:i]) for p in points for i in range(3)]  # type: ignore[misc]


def _grid(start: float, stop: float, count: int) -> Tensor:
    return torch.linspace(start, stop, count, dtype=torch.float64)


def _power(x: Tensor, exponent: float) -> Tensor:
    return x.sign() * x.abs() ** exponent
