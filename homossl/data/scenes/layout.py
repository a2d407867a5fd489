"""What scenes of digits consist of: which digits where, and what is behind them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from groups import Element, Similarity2
from homossl.data.scenes.glyphs import Glyphs

if TYPE_CHECKING:
    from homossl.data.scenes.digits import DigitScenes

TRIES = 20
"""Places drawn for each digit; the first one that is free is taken."""
WAVES = 5
"""Waves of the ground's texture."""
WAVELENGTHS = (0.1, 0.6)
"""Least and greatest wavelength, in shares of the image's side."""
GROUND, INK = 0.3, (0.65, 1.0)
"""Brightness of the ground in the mean, and the range of the digits'."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Scenes before they are rendered: b of them with k digits each, the largest first, of which some are absent."""

    which: Tensor
    """Numbers of the digits among the glyphs, (b k)."""
    present: Tensor
    """(b k) bool."""
    poses: Element
    """What takes each digit's own plane to the image, (b k) of Similarity2, in pixels from the centre."""
    ink: Tensor
    """How bright digits are, (b k 3)."""
    waves: Tensor
    """Wave vectors of the ground in radians per pixel, and phases: (b w 3)."""
    colours: Tensor
    """How bright waves are, (b w 3)."""


def streams(index: Iterable[int], *key: int) -> Iterator[np.random.RandomState]:
    """A stream of random numbers for each scene, of (key, i); NumPy has frozen what it draws."""
    stream = np.random.RandomState()
    for i in index:
        stream.seed([*key, i])
        yield stream


def drawn(seed: int, test: bool, index: Sequence[int], digits: int) -> dict[str, Tensor]:
    """Numbers in [0, 1) for each scene, from a stream of its own: (b *shape) float64, by what they decide."""
    shapes = {
        "count": (),
        "which": (digits,),
        "turn": (digits,),
        "scale": (digits,),
        "place": (digits, TRIES, 2),
        "ink": (digits, 3),
        "waves": (WAVES, 3),
        "colours": (WAVES, 3),
    }
    sizes = [math.prod(shape) for shape in shapes.values()]
    block = torch.from_numpy(np.stack([stream.random_sample(sum(sizes)) for stream in streams(index, seed, test)]))
    parts = zip(shapes.items(), block.split(sizes, dim=1), strict=True)
    return {name: part.reshape(-1, *shape) for (name, shape), part in parts}


def lay_out(u: dict[str, Tensor], glyphs: Glyphs, spec: DigitScenes) -> Layout:
    """Scenes of uniform numbers u, within the spans of the specification."""
    number = between(u["count"], (spec.count[0], spec.count[1] + 1)).floor()
    present = torch.arange(spec.count[1]) < number[:, None]
    side = (present * spec.size * between(u["scale"], spec.scale_span)).sort(dim=1, descending=True).values
    which = (u["which"] * len(glyphs.labels)).long()
    radius = side * glyphs.radii[which]
    place = placed(u["place"], radius, spec.size, spec.overlap)
    turn = torch.deg2rad(between(u["turn"], (-spec.turn_span, spec.turn_span)))
    poses = Similarity2().element(torch.stack([turn, side.clamp(min=1).log(), *place.unbind(-1)], dim=-1))
    waves = texture_waves(u["waves"], spec.size)
    return Layout(which, present, poses, between(u["ink"], INK), waves, between(u["colours"], (0.5, 1.0)))


def placed(u: Tensor, radius: Tensor, size: int, overlap: float) -> Tensor:
    """Where discs of radius (b k) go, one after the other, among tries u: (b k t 2) inside the image, (b k 2).

    Two of them are at least 1 - overlap of the sum of their radii apart, or as far as the tries allow.
    """
    room = (size / 2 - radius).clamp(min=0)[..., None, None]
    tries, chosen = room * between(u, (-1.0, 1.0)), [room.new_empty(len(u), 0, 2)]
    for k in range(radius.shape[1]):
        earlier = torch.cat(chosen, dim=1)
        apart = (1 - overlap) * (radius[:, k, None] + radius[:, :k])
        spare = (tries[:, k, :, None] - earlier[:, None]).norm(dim=-1) - apart[:, None]
        spare = torch.cat([spare, spare.new_zeros(*spare.shape[:2], 1)], dim=-1).amin(-1)
        chosen.append(tries[torch.arange(len(u)), k, spare.argmax(1)][:, None])
    return torch.cat(chosen, dim=1)


def texture_waves(u: Tensor, size: int) -> Tensor:
    """Waves (x, y, phase) of lengths and directions drawn by u: (b w 3), in radians per pixel and radians."""
    length = size * WAVELENGTHS[0] * (WAVELENGTHS[1] / WAVELENGTHS[0]) ** u[..., 0]
    direction, phase = 2 * math.pi * u[..., 1], 2 * math.pi * u[..., 2]
    return torch.stack([2 * math.pi / length * direction.cos(), 2 * math.pi / length * direction.sin(), phase], dim=-1)


def between(u: Tensor, ends: tuple[float, float]) -> Tensor:
    """Numbers in [0, 1) as numbers between ends."""
    return ends[0] + (ends[1] - ends[0]) * u
