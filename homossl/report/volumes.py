"""Pictures of voxels: a solid as the cube's motions turn it, and what an encoder makes of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from groups import Element, VolumeAction
from homossl.encoders import Encoder
from homossl.evaluate import frozen
from homossl.report.drawing import bare, panels, styled


@dataclass(frozen=True, eq=False)
class VolumeOrbit:
    """Voxels as some of the cube's motions turn them, and the features of that: f(g_k x) and g_k f(x), (n c d h w).

    They are one and the same where f is a homomorphism.
    """

    voxels: Tensor
    """The voxels g_k x."""
    encoded: Tensor
    """f(g_k x)."""
    predicted: Tensor
    """g_k f(x)."""
    action: VolumeAction
    """How the features are moved."""

    @staticmethod
    def of(encoder: Encoder, x: Tensor, motions: Element) -> VolumeOrbit:
        """The orbit of x: (c d h w) under elements: (n).

        Raises:
            TypeError: the features are no fields on voxels.
        """
        action = encoder.action_out
        if not isinstance(action, VolumeAction):
            raise TypeError(f"an orbit of voxels needs features that a VolumeAction moves, got {action}")
        with frozen(encoder):  # type: ignore[arg-type]
            voxels = encoder.action_in(motions, x[None])
            return VolumeOrbit(voxels, encoder(voxels), action(motions, encoder(x[None])), action)

    @property
    def residual(self) -> float:
        """How far the prediction misses, |g_k f(x) - f(g_k x)| / |f(g_k x)|."""
        return ((self.predicted - self.encoded).norm() / self.encoded.norm()).item()

    def strongest(self) -> tuple[Tensor, Tensor]:
        """Of the field that varies most, the first point of each fibre: of f(g_k x) and of g_k f(x), (n d h w)."""
        first = self.action.take_fibre(self.encoded, 1)
        k = first.movedim(1, 0).flatten(1).var(1).argmax()
        return first[:, k], self.action.take_fibre(self.predicted, 1)[:, k]


@styled()
def volume_orbit_picture(orbits: Mapping[str, VolumeOrbit]) -> Figure:
    """The voxels of the first orbit above; below, for each encoder, one feature of f(g x) over the same of g f(x).

    All are seen from -y, x to the right and z up: the greatest value along each line of sight.
    """
    columns = max(len(orbit.voxels) for orbit in orbits.values())
    rows = 1 + 2 * len(orbits)
    figure, axes = panels(rows, columns, (8.6, 8.6 / columns * rows))
    draw_row(axes[0], next(iter(orbits.values())).voxels.amax(1), "g x", "Greys")
    for pair, (name, orbit) in zip(axes[1:].reshape(-1, 2, columns), orbits.items(), strict=True):
        labels = f"{name}\nf(g x)", f"g f(x)\nmisses by {orbit.residual:.2g}"
        for row, volumes, label in zip(pair, orbit.strongest(), labels, strict=True):
            draw_row(row, volumes, label, "PuBu", top=orbit.strongest()[0].amax().item())
    return figure


def draw_row(axes: list[Axes], volumes: Tensor, label: str, colours: str, top: float = 1.0) -> None:
    """Volumes (n d h w) side by side, each as its greatest values along y."""
    axes[0].set_ylabel(label)
    for axis, image in zip(axes, torch.amax(volumes, -2), strict=False):
        axis.imshow(image, cmap=colours, vmin=0, vmax=top or 1.0)
    for axis in axes:
        bare(axis)
