"""A latent function on the sphere that turns with a cloud of points, or does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from torch import Tensor

from groups import Element, SphereFunctions
from homossl.encoders import Encoder
from homossl.evaluate import frozen
from homossl.report.drawing import INK, bare, panels, styled

SIDE = 160
"""Pixels along the diameter of a sphere."""


@dataclass(frozen=True, eq=False)
class SphereOrbit:
    """One cloud of points as some rotations turn it, and what an encoder makes of that, a function on the sphere.

    encoded[k] = f(g_k x), predicted[k] = g_k f(x), (n d): one and the same where f is a homomorphism.
    """

    clouds: Tensor
    """The clouds g_k x, (n points 3+k)."""
    encoded: Tensor
    """f(g_k x)."""
    predicted: Tensor
    """g_k f(x)."""
    action: SphereFunctions
    """How the functions are turned."""

    @staticmethod
    def of(encoder: Encoder, x: Tensor, turns: Element) -> SphereOrbit:
        """The orbit of x: (points 3+k) under elements: (n).

        Raises:
            TypeError: the features are no functions on the sphere.
        """
        action = encoder.action_out
        if not isinstance(action, SphereFunctions):
            raise TypeError(f"an orbit on the sphere needs features that are SphereFunctions, got {action}")
        with frozen(encoder):  # type: ignore[arg-type]
            clouds = encoder.action_in(turns, x)
            return SphereOrbit(clouds, encoder(clouds), action(turns, encoder(x[None])), action)

    @property
    def residual(self) -> float:
        """How far the prediction misses, |g_k f(x) - f(g_k x)| / |f(g_k x) - mean|, root mean squares."""
        spread = self.encoded - self.encoded.mean(0)
        return ((self.predicted - self.encoded).norm() / spread.norm()).item()


@styled()
def sphere_orbit_picture(orbits: Mapping[str, SphereOrbit], copy: int = 0) -> Figure:
    """The clouds of the first orbit above; below, for each encoder, one function of f(g x) over the same of g f(x)."""
    first, columns = next(iter(orbits.values())), max(len(orbit.clouds) for orbit in orbits.values())
    figure, axes = panels(1 + 2 * len(orbits), columns, (8.6, 8.6 / columns * (1 + 2 * len(orbits))))
    for axis, cloud in zip(axes[0], first.clouds, strict=True):
        draw_cloud(axis, cloud)
    axes[0, 0].set_ylabel("g x")
    for pair, (name, orbit) in zip(axes[1:].reshape(-1, 2, columns), orbits.items(), strict=True):
        values = torch.stack([ball(orbit.action, z)[:, copy] for z in (orbit.encoded, orbit.predicted)])
        for row, part, label in zip(pair, values, ("f(g x)", f"g f(x)\nmisses by {orbit.residual:.2g}"), strict=True):
            row[0].set_ylabel(f"{name}\n{label}")
            for axis, image in zip(row, part, strict=True):
                _draw_ball(axis, image, values.nan_to_num().abs().amax().item())
    return figure


def ball(action: SphereFunctions, z: Tensor) -> Tensor:
    """Functions as a sphere is seen from -y, x to the right and z up, nan beyond: (n d) -> (n copies SIDE SIDE)."""
    line = torch.linspace(-1, 1, SIDE, dtype=z.dtype)
    across, up = torch.meshgrid(line, line.flip(0), indexing="xy")
    square = across.square() + up.square()
    points = torch.stack([across, -(1 - square).clamp_min(0).sqrt(), up], dim=-1).flatten(0, 1)
    image = action.values(z, points).unflatten(-1, (SIDE, SIDE))
    return image.masked_fill(square > 1, float("nan"))


def draw_cloud(axis: Axes, cloud: Tensor) -> None:
    """Points of space (n 3+k) as they are seen from -y, the nearer ones darker."""
    x, y, z = cloud[:, :3].double().unbind(-1)
    order = y.argsort(descending=True)
    axis.scatter(
        x[order], z[order], c=y[order], cmap="Greys_r", s=5, vmin=y.min().item() - 0.1, vmax=2 * y.max().item()
    )
    axis.set_aspect("equal")
    bare(axis)


def _draw_ball(axis: Axes, image: Tensor, largest: float) -> None:
    axis.imshow(image, cmap="RdBu_r", vmin=-largest, vmax=largest, interpolation="bilinear")
    axis.add_patch(_circle())
    bare(axis)


def _circle() -> Circle:
    middle = (SIDE - 1) / 2
    return Circle((middle, middle), middle, fill=False, edgecolor=INK, linewidth=0.8)
