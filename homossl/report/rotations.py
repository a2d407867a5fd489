"""Maps of functions on SO(3), such as a correlation with its maxima."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import Tensor

from groups import Element
from groups.correlation import Spectrum
from groups.quadrature import euler_angles
from groups.spatial import rotation_matrix
from homossl.report.drawing import blank, styled


@styled()
def correlation_picture(correlations: Mapping[str, tuple[Spectrum, Element]], resolution: int = 36) -> Figure:
    """Maps of functions on SO(3) with some of its elements, such as the maxima, marked, one below the other.

    A rotation Z(a) Y(b) Z(c) lies where it takes the north pole, at longitude a and latitude 90 - b degrees; dark is
    where the highest value over c is high, and a mark's hue is its own c. The map has so many
    steps in half a turn.
    """
    figure = blank((8.6, 4.2 * len(correlations)))
    for i, (name, (s, elements)) in enumerate(correlations.items(), start=1):
        axis = figure.add_subplot(len(correlations), 1, i, projection="mollweide")
        _draw_map(axis, s, resolution)
        a, b, c = euler_of(elements)
        axis.scatter(a, b, c=c, cmap="hsv", vmin=-np.pi, vmax=np.pi, s=42, edgecolors="white", linewidths=1.0, zorder=3)
        axis.set_title(f"{name}: {len(elements)} marked")
        axis.set_xticklabels([])
        axis.set_yticklabels([])
    return figure


def euler_of(g: Element) -> tuple[Tensor, Tensor, Tensor]:
    """Rotations Z(a) Y(b) Z(c) as (a, 90 degrees - b, c), (n) each, in radians; where b = 0 the turn is all in a."""
    turn = rotation_matrix(g.params.double())
    latitude = turn[..., 2, 2].clamp(-1, 1).asin()
    flat = latitude.abs() > np.pi / 2 - 1e-6
    around = torch.atan2(turn[..., 1, 0], turn[..., 0, 0])
    first = torch.where(flat, around, torch.atan2(turn[..., 1, 2], turn[..., 0, 2]))
    last = torch.atan2(turn[..., 2, 1], -turn[..., 2, 0])
    return first, latitude, torch.where(flat, torch.zeros_like(last), last)


def _draw_map(axis: Any, s: Spectrum, resolution: int) -> None:
    turns, tilts = euler_angles(2 * resolution - 1)
    values = s.grid(2 * resolution - 1).values.detach().unflatten(-1, (len(turns), len(tilts), len(turns))).amax(-1)
    around = torch.cat([values.roll(resolution, 0), values[resolution : resolution + 1]])  # from -180 to 180 degrees
    longitude = torch.linspace(-np.pi, np.pi, len(around))
    axis.pcolormesh(longitude, np.pi / 2 - tilts, around.T, cmap="Greys", shading="gouraud")
    axis.grid(False)
