"""Scenes of digits rendered at the pixels of an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from groups import Element
from groups.plane import affine
from homossl.data.scenes.batch import SceneBatch
from homossl.data.scenes.glyphs import EDGE, Glyphs, pixel_centres
from homossl.data.scenes.layout import GROUND, Layout
from homossl.data.scenes.movable import KEPT
from homossl.data.scenes.objects import boxes_of

if TYPE_CHECKING:
    from homossl.data.scenes.digits import DigitScenes

SHARPNESS = 4.0
"""How fast the opacity of a stroke rises with its ink, about one half at the edge."""


@dataclass(frozen=True, eq=False)
class Rendered:
    """Scenes with the poses of their objects, (k) of Similarity2 for each, and the classes of their largest digits."""

    scenes: SceneBatch
    poses: tuple[Element, ...]
    y: Tensor


def render(layout: Layout, glyphs: Glyphs, spec: DigitScenes, noise: Tensor | None) -> Rendered:
    """Scenes moved by the motion of the specification, with noise: (b c h w) added to their pixels."""
    poses = spec.motion.to(torch.float64) @ layout.poses
    ink = layout.poses.params.new_zeros(*layout.present.shape, spec.size, spec.size)
    ink[layout.present] = glyphs.at(poses[layout.present], layout.which[layout.present], spec.size)
    x = painted(texture(layout, spec), ink, layout.ink[..., : spec.channels])
    seen = in_front(ink > EDGE)
    whole = glyphs.areas[layout.which] * (2 * poses.params[..., 1]).exp()
    kept = layout.present & (seen.sum((-2, -1)) >= KEPT * whole)
    labels = glyphs.labels[layout.which]
    batch = SceneBatch(
        (x if noise is None else x + noise).clamp(0, 1).float(),
        (seen * (1 + labels[..., None, None])).sum(1).byte(),
        _each(boxes_of(seen), kept),
        _each(labels, kept),
        instances=_each(seen, kept),
    )
    return Rendered(batch, tuple(poses[i][some] for i, some in enumerate(kept)), labels[:, 0])


def texture(layout: Layout, spec: DigitScenes) -> Tensor:
    """The ground, a mean brightness with waves, at g^-1 u for each pixel u: (b channels h w).

    Waves exp(i (a x + b y + c)) are products of a function of x and one of y, and stay so when the plane is moved.
    """
    inverse = affine(~spec.motion)
    a, b, c = layout.waves.unbind(-1)
    vector = torch.stack([a, b], dim=-1) @ inverse[:2, :2]
    phase = c + torch.stack([a, b], dim=-1) @ inverse[:2, 2]
    x, y = pixel_centres(spec.size)[0, 0], pixel_centres(spec.size)[1, :, 0]
    along_x = torch.polar(torch.ones(()).double(), vector[..., :1] * x + phase[..., None])
    along_y = torch.polar(torch.ones(()).double(), vector[..., 1:] * y)
    weights = layout.colours[..., : spec.channels].to(along_x.dtype) / layout.waves.shape[1]
    waves = torch.einsum("bwc,bwi,bwj->bcij", weights, along_y, along_x).real
    return GROUND * (1 + spec.contrast * waves)


def painted(ground: Tensor, ink: Tensor, colours: Tensor) -> Tensor:
    """Digits of brightness (b k c) painted over the ground (b c h w), the first one last."""
    opacity = (SHARPNESS * (ink - EDGE) + 0.5).clamp(0, 1)[:, :, None]
    for k in reversed(range(ink.shape[1])):
        ground = ground + opacity[:, k] * (colours[:, k, :, None, None] - ground)
    return ground


def in_front(solid: Tensor) -> Tensor:
    """Where digits (b k h w) are not covered by an earlier one."""
    return solid & (solid.int().cumsum(1) == 1)


def _each(parts: Tensor, kept: Tensor) -> tuple[Tensor, ...]:
    return tuple(part[some] for part, some in zip(parts, kept, strict=True))
