"""Reading files of points, and bringing clouds to one size."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from homossl.data.off import read_off
from homossl.data.ply import read_ply


def read_points(path: Path, points: int, columns: int, generator: torch.Generator) -> Tensor:
    """So many points of a file, (points columns) float64, x, y, z first: drawn from the surface where it is a mesh.

    Of a cloud with more points some are drawn, none twice; one with fewer repeats some.

    Raises:
        ValueError: it cannot be read, has another number of columns, no points, or numbers that are not finite.
    """
    if path.suffix.lower() == ".off":
        _check_columns(path, 3, columns)
        return read_off(path).sample(points, generator=generator)
    cloud = read_cloud(path)
    _check_columns(path, cloud.shape[1], columns)
    return cloud[some(len(cloud), points, generator)]


def read_cloud(path: Path) -> Tensor:
    """All points of a file that lists them, (n c) float64.

    Raises:
        ValueError: it cannot be read, has no points, or numbers that are not finite.
    """
    try:
        rows = READERS[path.suffix.lower()](path)
        table = np.asarray(rows, dtype=np.float64)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path}: expected a list of points: {error}") from error
    if table.ndim != 2 or not len(table):
        raise ValueError(f"{path}: expected points (n c), got an array of shape {table.shape}")
    if bad := int((~np.isfinite(table)).any(1).sum()):
        raise ValueError(f"{path}: expected finite numbers, got others in {bad} of {len(table)} points")
    return torch.from_numpy(table)


def some(n: int, count: int, generator: torch.Generator) -> Tensor:
    """Which of n points to take, (count): different ones as long as there are any, then all of them once more.

    >>> some(3, 7, torch.Generator().manual_seed(0)).bincount().sort().values.tolist()
    [2, 2, 3]
    """
    rounds = [torch.randperm(n, generator=generator) for _ in range(-(-count // n))]
    return torch.cat(rounds)[:count]


def centred(cloud: Tensor) -> Tensor:
    """A cloud (n 3+k) with the mean of its points at 0."""
    return torch.cat([cloud[:, :3] - cloud[:, :3].mean(0), cloud[:, 3:]], dim=1)


def unit(cloud: Tensor) -> Tensor:
    """A cloud (n 3+k) whose furthest point from 0 is at distance 1; one whose points all are at 0 stays."""
    radius = cloud[:, :3].norm(dim=1).amax()
    return torch.cat([cloud[:, :3] / (radius if radius > 0 else 1), cloud[:, 3:]], dim=1)


def _npz(path: Path) -> np.ndarray:
    with np.load(path, allow_pickle=False) as arrays:
        name = "points" if "points" in arrays.files or len(arrays.files) != 1 else arrays.files[0]
        return arrays[name]


def _text(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line.replace(",", " ").split() for line in lines if line.strip() and not line.lstrip().startswith("#")]


READERS: dict[str, Callable[[Path], object]] = {
    ".npy": lambda path: np.load(path, allow_pickle=False),
    ".npz": _npz,
    ".xyz": _text,
    ".txt": _text,
    ".csv": _text,
    ".ply": read_ply,
}
"""What reads the points of each kind of file."""


def _check_columns(path: Path, seen: int, expected: int) -> None:
    if seen != expected:
        named = f"x, y, z and {expected - 3} features" if expected > 3 else "x, y, z (features=0)"
        raise ValueError(f"{path}: expected {expected} columns, {named}, got {seen}")
