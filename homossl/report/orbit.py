"""The orbit of one image in latent space, and whether the latent action walks along it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from groups import SO2, Action, Element, FieldAction, image_action
from homossl.encoders import Encoder
from homossl.evaluate import frozen
from homossl.report.drawing import GREY, INK, bare, panels, styled


@dataclass(frozen=True)
class Orbit:
    """Latents of an image turned all the way round, (n s d): sector k holds angles from k to k + 1 steps g.

    encoded[k, j] = f(g^k x_j), predicted[k, j] = g^k f(x_j), for images x_j turned by angles from zero to one step: the
    latent action makes the whole orbit from its first sector.
    """

    encoded: Tensor
    predicted: Tensor

    @staticmethod
    def of(encoder: Encoder, x: Tensor, turns: Element, angles: int = 96) -> Orbit:
        """The orbit of x: (c h w) under turns: (n), the powers of the turn by 1/n; so many angles in all."""
        first = sector(encoder.action_in, x, len(turns), angles // len(turns) + 1)
        with frozen(encoder):  # type: ignore[arg-type]
            moved = encoder.action_in(turns[:, None], first)
            encoded = encoder(moved.flatten(0, 1)).flatten(1).unflatten(0, moved.shape[:2])
            predicted = encoder.action_out(turns[:, None], encoder(first)).flatten(2)
        return Orbit(encoded, predicted)

    @property
    def residual(self) -> float:
        """How far the prediction misses, |g^k f(x_j) - f(g^k x_j)| / |f(g^k x_j) - mean|, root mean squares.

        Zero where f is a homomorphism; about the square root of 2 where latents are moved to unrelated ones.
        """
        spread = self.encoded - self.encoded.mean((0, 1))
        return ((self.predicted - self.encoded).norm() / spread.norm()).item()

    def plane(self) -> Orbit:
        """The orbit in the two principal directions of all its points, (n s 2)."""
        points = torch.cat([self.encoded, self.predicted]).flatten(0, 1)
        mean, axes = points.mean(0), torch.linalg.svd(points - points.mean(0), full_matrices=False).Vh[:2]
        return Orbit((self.encoded - mean) @ axes.T, (self.predicted - mean) @ axes.T)


def sector(action: Action, x: Tensor, n: int, angles: int) -> Tensor:
    """x: (c h w) turned by so many angles from zero to 1/n of the full circle, both included, (angles c h w)."""
    padding = action.padding if isinstance(action, FieldAction) else None
    turns = SO2().element(torch.linspace(0, 2 * torch.pi / n, angles)[:, None])
    return image_action(SO2(), len(x), padding)(turns, x)


@styled()
def orbit_picture(orbits: Mapping[str, Sequence[Orbit]], colours: Mapping[str, str]) -> Figure:
    """One row for each encoder, one panel for each image: wide in grey what is encoded, in colour what is predicted."""
    columns = max(map(len, orbits.values()))
    figure, axes = panels(len(orbits), columns, (8.6, 8.6 / columns * len(orbits) + 0.3))
    for row, (name, line) in zip(axes, orbits.items(), strict=True):
        for axis, orbit in zip(row, line, strict=True):
            _draw(axis, orbit, colours[name])
        row[0].set_ylabel(f"{name}\nsecond principal direction")
    for axis in axes[-1]:
        axis.set_xlabel("first principal direction")
    return figure


def _draw(axis: Axes, orbit: Orbit, colour: str) -> None:
    flat = orbit.plane()
    axis.plot(*flat.encoded.flatten(0, 1).T, color=GREY, linewidth=6, alpha=0.35, solid_joinstyle="round")
    for part in flat.predicted:
        axis.plot(*part.T, color=colour, linewidth=1.4)
        axis.plot(*part[[0, -1]].T, "o", color=colour, markersize=5)
    axis.plot(*flat.encoded[0, 0], "o", color="white", markeredgecolor=INK, markersize=8, markeredgewidth=1.6)
    axis.set_title(f"misses by {orbit.residual:.2g}")
    axis.set_aspect("equal", adjustable="datalim")
    bare(axis)
