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
    """Latents of a turned image, all (n d) but the path (m d).

    encoded[k] = f(g^k x); stepped[k] = g^s f(g^k x), a latent step; path: f of x turned by many more angles.
    """

    encoded: Tensor
    stepped: Tensor
    path: Tensor
    step: int

    @staticmethod
    def of(encoder: Encoder, x: Tensor, turns: Element, step: int = 1, angles: int = 96) -> Orbit:
        """The orbit of x: (c h w) under turns: (n), the powers of turns[1]; latent steps are by turns[step]."""
        with frozen(encoder):  # type: ignore[arg-type]
            z = encoder(encoder.action_in(turns, x))
            fine = encoder(turned(encoder.action_in, x, angles))
            stepped = encoder.action_out(turns[step], z)
        return Orbit(z.flatten(1), stepped.flatten(1), fine.flatten(1), step)

    @property
    def residual(self) -> float:
        """How far latent steps miss the orbit, |g^s f(g^k x) - f(g^(k+s) x)| / |f(g^k x) - mean|, root mean squares.

        Zero where f is a homomorphism; about the square root of 2 where a step leads to an unrelated latent.
        """
        spread = self.encoded - self.encoded.mean(0)
        return ((self.stepped - self.encoded.roll(-self.step, 0)).norm() / spread.norm()).item()

    def plane(self) -> tuple[Tensor, Tensor, Tensor]:
        """encoded, stepped and path in the two principal directions of path and stepped together, (n 2)."""
        points = torch.cat([self.path, self.stepped])
        mean, axes = points.mean(0), torch.linalg.svd(points - points.mean(0), full_matrices=False).Vh[:2]
        encoded, stepped, path = ((z - mean) @ axes.T for z in (self.encoded, self.stepped, self.path))
        return encoded, stepped, path


def turned(action: Action, x: Tensor, angles: int) -> Tensor:
    """x: (c h w) turned by each of so many angles of the full circle, (angles c h w)."""
    padding = action.padding if isinstance(action, FieldAction) else None
    turns = SO2().element(torch.linspace(-torch.pi, torch.pi, angles)[:, None])
    return image_action(SO2(), len(x), padding)(turns, x)


@styled()
def orbit_picture(orbits: Mapping[str, Sequence[Orbit]], colours: Mapping[str, str]) -> Figure:
    """One row for each encoder, one panel for each image; an arrow is a latent step from one dot."""
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
    encoded, stepped, path = orbit.plane()
    axis.plot(*path.T, color=GREY, linewidth=0.8, alpha=0.7)
    for start, end in zip(encoded.tolist(), stepped.tolist(), strict=True):
        arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
        axis.annotate("", end, start, arrowprops=arrow)
    axis.plot(*stepped.T, "o", color=colour, markersize=8, alpha=0.35, markeredgewidth=0)
    axis.plot(*encoded.T, "o", color=INK, markersize=5)
    axis.plot(*encoded[0], "o", color="white", markeredgecolor=INK, markersize=8, markeredgewidth=1.6)
    axis.set_title(f"misses by {orbit.residual:.2g}")
    axis.set_aspect("equal", adjustable="datalim")
    axis.margins(0.1)
    bare(axis)
