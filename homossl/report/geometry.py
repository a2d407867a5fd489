"""Where views lie on an image, in pixels from its centre, y up."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from groups import Element, FieldAction
from groups.plane import affine
from homossl.views import Window


def window_corners(window: Window, action: FieldAction, h: int, w: int) -> Tensor:
    """The corners of the cells of a window of fields on a grid h x w, anticlockwise, (4 2)."""
    y = ((h - 1) / 2 - torch.arange(h)) * action.stride
    x = (torch.arange(w) - (w - 1) / 2) * action.stride
    cells = window.crop(action, torch.stack(torch.meshgrid(x, y, indexing="xy")).repeat(action.fibre.dim, 1, 1))
    half = action.stride / 2
    (left, bottom), (right, top) = cells[:2].amin((1, 2)) - half, cells[:2].amax((1, 2)) + half
    return torch.tensor([[left, bottom], [right, bottom], [right, top], [left, top]])


def move_points(g: Element, points: Tensor) -> Tensor:
    """g u for points u of the plane, g: (), points: (n 2)."""
    motion = affine(g, points.dtype)
    return points @ motion[:2, :2].T + motion[:2, 2]


def describe(g: Element) -> str:
    """A motion in words, its turn in degrees and its shift in pixels.

    >>> from groups import SE2
    >>> describe(SE2().element([torch.pi / 2, 1.0, -2.0]))
    '90° (+1.0, −2.0)'
    """
    motion = affine(g, torch.float64)
    angle = math.degrees(math.atan2(motion[1, 0], motion[0, 0]))
    x, y = motion[:2, 2].tolist()
    return f"{angle:.0f}° ({x:+.1f}, {y:+.1f})".replace("-", "−")
