"""Where views lie on an image, in pixels from its centre, y up."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from groups import Element, FieldAction, Group
from groups.plane import affine, torus_of
from homossl.views import Window


def window_corners(window: Window, action: FieldAction, h: int, w: int) -> Tensor:
    """The corners of the cells of a window of fields on a grid h x w, anticlockwise, (4 2)."""
    y = ((h - 1) / 2 - torch.arange(h)) * action.stride
    x = (torch.arange(w) - (w - 1) / 2) * action.stride
    cells = window.crop(action, torch.stack(torch.meshgrid(x, y, indexing="xy")).repeat(action.fibre.dim, 1, 1))
    half = action.stride / 2
    (left, bottom), (right, top) = cells[:2].amin((1, 2)) - half, cells[:2].amax((1, 2)) + half
    return torch.tensor([[left, bottom], [right, bottom], [right, top], [left, top]])


def motion(g: Element, dtype: torch.dtype) -> Tensor:
    """The motion of the plane by g: () as a matrix (3 3); on a torus, by the shortest of the equal shifts."""
    matrix = affine(g, dtype)
    if torus := torus_of(g.group):
        sides = matrix.new_tensor([torus.w, torus.h])
        matrix[:2, 2] = torch.remainder(matrix[:2, 2] + (sides - 1) / 2, sides) - (sides - 1) / 2
    return matrix


def move_points(g: Element, points: Tensor) -> Tensor:
    """g u for points u of the plane, g: (), points: (n 2)."""
    matrix = motion(g, points.dtype)
    return points @ matrix[:2, :2].T + matrix[:2, 2]


def copies(group: Group, points: Tensor) -> Tensor:
    """An outline (n 2) and where else it shows: on a torus once more beyond each side, (m n 2)."""
    torus = torus_of(group)
    w, h = (torus.w, torus.h) if torus else (0, 0)
    shifts = [(x, y) for x in sorted({-w, 0, w}) for y in sorted({-h, 0, h})]
    return points + points.new_tensor(shifts)[:, None]


def describe(g: Element) -> str:
    """A motion in words, its turn in degrees and its shift in pixels.

    >>> from groups import SE2
    >>> describe(SE2().element([torch.pi / 2, 1.0, -2.0]))
    '90° (+1.0, −2.0)'
    """
    matrix = motion(g, torch.float64)
    angle = math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))
    x, y = matrix[:2, 2].tolist()
    return f"{angle:.0f}° ({x:+.1f}, {y:+.1f})".replace("-", "−")
