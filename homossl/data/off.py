"""Meshes in Princeton's Object File Format, as those of ModelNet."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

from homossl.data.meshes import Mesh


def read_off(path: Path) -> Mesh:
    """The mesh of an OFF file; polygons become fans of triangles, colours are left out.

    Some files of ModelNet have the counts on the line of the word OFF, without a space; they are read all the same.

    Raises:
        ValueError: it is no OFF file, is shorter than it says, or holds no mesh to draw points from.
    """
    try:
        return _mesh(_lines(path.read_text(encoding="ascii", errors="replace")))
    except ValueError as error:
        raise ValueError(f"{path}: expected a mesh in OFF format: {error}") from error


def _lines(text: str) -> list[str]:
    """The lines of numbers: the counts, the vertices, the faces."""
    bare = (line.partition("#")[0].strip() for line in text.splitlines())
    lines = [line for line in bare if line]
    if not lines or not lines[0].startswith("OFF"):
        raise ValueError(f"its first word is OFF, got {lines[0][:20] if lines else 'an empty file'!r}")
    counts = lines[0].removeprefix("OFF").strip()
    return [counts, *lines[1:]] if counts else lines[1:]


def _mesh(lines: list[str]) -> Mesh:
    counts = [int(number) for number in lines[0].split()] if lines else []
    if len(counts) < 2 or min(counts) < 0:
        raise ValueError(f"the numbers of its vertices, faces and edges come first, got {lines[:1]}")
    vertices, faces = counts[:2]
    if len(lines) - 1 < vertices + faces:
        raise ValueError(f"{vertices} vertices and {faces} faces make as many lines, got {len(lines) - 1}: cut short?")
    places = np.array([line.split()[:3] for line in lines[1 : 1 + vertices]], dtype=np.float64).reshape(vertices, 3)
    fans = [corner for line in lines[1 + vertices : 1 + vertices + faces] for corner in _fan(line)]
    return Mesh(torch.from_numpy(places), torch.tensor(fans, dtype=torch.int64).reshape(-1, 3))


def _fan(line: str) -> list[tuple[int, int, int]]:
    """The triangles of a face, given as its number of corners and then their vertices."""
    count, *corners = line.split()
    index = [int(corner) for corner in corners[: int(count)]]
    if len(index) < max(3, int(count)):
        raise ValueError(f"a face has a number of corners, at least 3, and then as many vertices, got {line!r}")
    return [(index[0], a, b) for a, b in pairwise(index[1:])]
