"""Triangle meshes, and points drawn from them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles in space: vertices: (v 3) float64, faces: (f 3) int64, the corners of each.

    Raises:
        ValueError: there is no face, a face names a vertex that is not there, a coordinate is not finite, or all faces
            have area zero.
    """

    vertices: Tensor
    """Where the corners are."""
    faces: Tensor
    """Which three vertices each triangle joins."""

    def __post_init__(self) -> None:
        if not len(self.faces):
            raise ValueError(f"a mesh needs faces to draw points from, got {len(self.vertices)} vertices and no face")
        if not 0 <= int(self.faces.min()) <= int(self.faces.max()) < len(self.vertices):
            low, high = int(self.faces.min()), int(self.faces.max())
            raise ValueError(f"faces name vertices 0..{len(self.vertices) - 1}, got {low}..{high}")
        if not self.vertices.isfinite().all():
            raise ValueError("vertices are finite, got NaN or infinity")
        if not self.areas.sum() > 0:
            raise ValueError(f"a mesh has some area to draw points from, got {len(self.faces)} faces of area 0")

    @property
    def corners(self) -> Tensor:
        """The three corners of each face, (f 3 3)."""
        return self.vertices[self.faces]

    @property
    def areas(self) -> Tensor:
        """The area of each face, (f)."""
        a, b, c = self.corners.unbind(1)
        return torch.linalg.cross(b - a, c - a).norm(dim=-1) / 2

    @property
    def centroid(self) -> Tensor:
        """The mean of the points of the surface, (3)."""
        return (self.areas[:, None] * self.corners.mean(1)).sum(0) / self.areas.sum()

    def centred(self) -> Mesh:
        """The mesh with the mean of its surface at 0 and its furthest vertex at distance 1."""
        vertices = self.vertices - self.centroid
        return Mesh(vertices / vertices.norm(dim=-1).amax(), self.faces)

    def sample(self, *shape: int, generator: torch.Generator) -> Tensor:
        """Points uniform on the surface, (*shape 3) float64.

        >>> triangle = Mesh(torch.eye(3, dtype=torch.float64), torch.tensor([[0, 1, 2]]))
        >>> triangle.sample(5, generator=torch.Generator().manual_seed(0)).sum(-1).allclose(torch.ones(5).double())
        True
        """
        draws = torch.rand(*shape, 3, generator=generator, dtype=torch.float64)
        edges = self.areas.cumsum(0)
        face = torch.searchsorted(edges, draws[..., 0] * edges[-1]).clamp(max=len(edges) - 1)
        root, share = draws[..., 1:2].sqrt(), draws[..., 2:]
        a, b, c = self.corners[face].unbind(-2)
        return (1 - root) * a + root * (1 - share) * b + root * share * c


def sheet(points: Tensor) -> Mesh:
    """The surface through a grid of points, (u v 3), two triangles for each cell."""
    rows, columns = points.shape[:2]
    index = torch.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = (part.flatten() for part in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    return Mesh(points.reshape(-1, 3), torch.cat([torch.stack([a, b, c], -1), torch.stack([a, c, d], -1)]))
