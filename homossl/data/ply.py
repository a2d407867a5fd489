"""The points of PLY files, ascii or binary."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

TYPES = {
    **dict.fromkeys(("char", "int8"), "i1"),
    **dict.fromkeys(("uchar", "uint8"), "u1"),
    **dict.fromkeys(("short", "int16"), "i2"),
    **dict.fromkeys(("ushort", "uint16"), "u2"),
    **dict.fromkeys(("int", "int32"), "i4"),
    **dict.fromkeys(("uint", "uint32"), "u4"),
    **dict.fromkeys(("float", "float32"), "f4"),
    **dict.fromkeys(("double", "float64"), "f8"),
}
"""numpy's names of PLY's types."""
ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">"}


@dataclass(frozen=True)
class Header:
    """What the head of a PLY file says of its points."""

    form: str
    """ascii, or the order of bytes."""
    count: int
    """How many points there are."""
    columns: tuple[tuple[str, str], ...]
    """The name and numpy's type of each number of a point."""


def read_ply(path: Path) -> np.ndarray:
    """The vertices of a PLY file: x, y, z, and then what else each has, in the file's order, (n c) float64.

    Raises:
        ValueError: it is no PLY file whose first element is vertices with x, y and z, or it is cut short.
    """
    head, found, body = path.read_bytes().partition(b"end_header")
    if not head.startswith(b"ply") or not found:
        raise ValueError("a PLY file starts with ply and has an end_header")
    header = _header(head.decode("ascii", errors="replace").splitlines())
    names = [name for name, _ in header.columns]
    if not {"x", "y", "z"} <= set(names):
        raise ValueError(f"vertices have x, y and z, got {names}")
    table = _table(header, body.partition(b"\n")[2])
    order = [*"xyz", *(name for name in names if name not in ("x", "y", "z"))]
    return table[:, [names.index(name) for name in order]]


def _header(lines: list[str]) -> Header:
    words = [line.split() for line in lines if line.split()]
    form = next((line[1] for line in words if line[0] == "format"), "none")
    elements = [i for i, line in enumerate(words) if line[0] == "element"]
    if form not in ("ascii", *ORDERS) or not elements or words[elements[0]][1] != "vertex":
        raise ValueError(f"it is ascii or binary with vertices first, got format {form} and {len(elements)} elements")
    first, *rest = elements
    inside = words[first + 1 : rest[0] if rest else None]
    properties = [line for line in inside if line[0] == "property"]
    if unknown := [line for line in properties if line[1] not in TYPES]:
        raise ValueError(f"a vertex has single numbers of known types, got {' '.join(unknown[0])}")
    return Header(form, int(words[first][2]), tuple((line[2], TYPES[line[1]]) for line in properties))


def _table(header: Header, body: bytes) -> np.ndarray:
    if header.form == "ascii":
        rows = [line.split() for line in body.decode("ascii", errors="replace").splitlines() if line.split()]
        rows = rows[: header.count]
        _check_count(len(rows), header.count)
        return np.array(rows, dtype=np.float64)
    kind = np.dtype([(name, ORDERS[header.form] + form) for name, form in header.columns])
    _check_count(len(body) // kind.itemsize, header.count)
    points = np.frombuffer(body, kind, header.count)
    return np.stack([points[name].astype(np.float64) for name, _ in header.columns], axis=-1)


def _check_count(seen: int, expected: int) -> None:
    if seen < expected:
        raise ValueError(f"it has {expected} vertices, got {seen}: cut short?")
