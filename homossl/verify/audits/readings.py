"""How the output of any layer is read: as a field over a grid, which a group may move in space."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from einops import rearrange
from torch import Tensor

from groups import Action, Element, FieldAction, Pullback, Trivial
from groups.homomorphism import PulledAction
from groups.plane import torus_of
from homossl.verify.claims import stride

ROWS, ROWS_PER_CHANNEL = 4096, 16
"""Places of all images together that are read of a layer, the greater of the two, as far as there are so many."""


@dataclass(frozen=True)
class InPlace(Action):
    """A group that leaves every place of a field (*batch c h w) where it is."""

    group: Any
    """The group."""

    @property
    def event_dim(self) -> int:
        return 3

    def act(self, g: Element, x: Tensor) -> Tensor:
        return x

    def seen(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        """All cells."""
        return torch.ones(*g.shape, *shape[-2:], dtype=torch.bool, device=g.device)


@dataclass(frozen=True, eq=False)
class Reading:
    """Some places of a field, and how a group moves the field in space; `flat` reads all of it as one vector."""

    motion: Action
    places: Tensor
    """Where it is read, among the h w cells, (p)."""
    flat: bool
    form: str
    """What is read, in words."""

    def field(self, output: Tensor) -> Tensor:
        """The output of the layer as a field, (b *event) -> (b c h w)."""
        return output.flatten(1)[..., None, None] if self.flat else as_field(output)

    def __call__(self, output: Tensor) -> Tensor:
        """The output at the places, (b p c)."""
        return self._at_places(self.field(output))

    def moved(self, g: Element, output: Tensor) -> Tensor:
        """The output moved in space by g: (), at the places, h(x)(g^-1 u), (b p c)."""
        return self._at_places(self.motion(g, self.field(output)))

    def pooled(self, output: Tensor) -> Tensor:
        """The mean over all cells, (b 1 c)."""
        return self.field(output).mean((-2, -1))[:, None]

    def _at_places(self, field: Tensor) -> Tensor:
        return field.flatten(-2)[..., self.places.to(field.device)].mT


def reading(source: Action, x: Tensor, output: Tensor, g: Element, generator: torch.Generator) -> Reading:
    """How to read a layer for images x: (b c h w): at places that stay on its grid under every element g: (n).

    Vectors are fields on one cell, and so are grids which the group cannot move (2 x 2 cells under an eighth of a
    turn). Tokens (b t d) are fields on a square grid where t is a square, or one more (a class token comes first).
    """
    field = as_field(output)
    motion = motion_on(source, x, field, spatial=output.dim() != 3 or field.shape[-1] > 1)
    places = stays_inside(motion, g, field) if motion else torch.empty(0)
    if motion is None or not len(places):
        d = output[0].numel()
        return Reading(InPlace(source.group), torch.zeros(1, dtype=torch.int64), True, f"all {d} values as one vector")
    most = math.ceil(max(ROWS, ROWS_PER_CHANNEL * field.shape[1]) / len(x))
    chosen = places[torch.randperm(len(places), generator=generator)[:most].sort().values]
    return Reading(motion, chosen, False, _form(field))


def as_field(output: Tensor) -> Tensor:
    """Features (b d), (b t d), (b c h w) or (b *event) as a field (b c h w)."""
    match output.dim():
        case 4:
            return output
        case 3:
            return _tokens(output)
        case _:
            return output.flatten(1)[..., None, None]


def motion_on(source: Action, image: Tensor, field: Tensor, spatial: bool = True) -> Action | None:
    """How the group that moves images (b c h w) moves a layer's grid in space; None where it cannot."""
    if isinstance(source, PulledAction):
        inner = motion_on(source.inner, image, field, spatial)
        return inner and Pullback(inner, source.phi)
    if not isinstance(source, FieldAction) or not spatial or field.shape[-2:] == (1, 1):
        return InPlace(source.group)
    (h, w), (rows, columns) = image.shape[-2:], field.shape[-2:]
    torus = torus_of(source.group)
    step = h // rows if torus else stride(h, rows)
    if rows * w != h * columns or (torus and step * rows != h):
        return None
    return FieldAction(source.group, Trivial(source.group, field.shape[-3]), source.stride * step, source.padding)


def stays_inside(motion: Action, g: Element, field: Tensor) -> Tensor:
    """The cells u for which g^-1 u is on the grid for every g: (n), as places among all h w, int64 (p)."""
    if isinstance(motion, PulledAction):
        return stays_inside(motion.inner, motion.phi(g), field)
    return motion.seen(g, field.shape).flatten(1).all(0).nonzero()[:, 0].cpu()


def _tokens(output: Tensor) -> Tensor:
    tokens = output.shape[1]
    side = math.isqrt(tokens)
    if side > 1 and tokens - side**2 in (0, 1):
        return rearrange(output[:, tokens - side**2 :], "b (h w) d -> b d h w", h=side)
    return rearrange(output, "b t d -> b d t 1")


def _form(field: Tensor) -> str:
    c, h, w = field.shape[1:]
    return f"{c} values" if h == w == 1 else f"{c} channels of {h} tokens" if w == 1 else f"{c} channels on {h} x {w}"
