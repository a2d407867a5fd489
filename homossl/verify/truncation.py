"""How much of what a homomorphism misses by is truncation: places whose source is off the grid, or off an axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from groups import Action, Element, Field
from homossl.types import Batch
from homossl.verify.declared import actions_of
from homossl.views import FeatureFibre


@dataclass(frozen=True, eq=False)
class Truncation:
    """Residuals of f(g x) against g f(x), split into the places u whose source g^-1 u is known and the others, (*g b).

    Source: ours.
    """

    total: Tensor
    """|f(g x) - g f(x)| / |g f(x)|, over all places."""
    seen: Tensor
    """The same over the places whose source is known: what interpolation, filters and borders leave."""
    share: Tensor
    """The part of |f(g x) - g f(x)|^2 at the other places: truncation, in [0, 1]."""
    unseen: Tensor
    """The part of all places that these are, in [0, 1]."""


@torch.no_grad()
def truncation(
    model: nn.Module | Callable[[Tensor], Tensor],
    g: Element,
    x: Tensor,
    source: Action | None = None,
    target: Action | None = None,
    cells: int | None = None,
) -> Truncation:
    """What a model f misses by at elements g: (*n b) or (*n 1), of samples x: (b *event), truncation apart.

    The actions are the model's own where they are not given; `Action.seen` of the target says which places are known.
    What layers add beyond the border of a grid they spread into it, as far as their filters reach: in a window of so
    many cells about the centre of a field that is out of sight.

    Raises:
        TypeError: the model has no actions of its own, and none are given; a window of what is no field.
        ValueError: the batches of g and x do not broadcast.
    """
    source, target = actions_of(model, source, target)
    moved = source(g, x)
    actual = model(moved.flatten(0, moved.dim() - x.dim())).unflatten(0, moved.shape[: 1 + moved.dim() - x.dim()])
    expected = target(g, model(x))
    known = _known(target, g, expected)
    if cells is not None:
        actual, expected, known = (_window(target, part, cells) for part in (actual, expected, known))
    difference, norm = _energy(actual - expected, target), _energy(expected, target)
    missed, kept = _energy((actual - expected) * known, target), _energy(expected * known, target)
    return Truncation(
        total=(difference / norm).sqrt(),
        seen=(missed / kept).sqrt(),
        share=1 - missed / difference,
        unseen=1 - known.float().flatten(-target.event_dim).mean(-1),
    )


def view_truncation(encoder: nn.Module, views: FeatureFibre, batch: Batch, rng: torch.Generator) -> Truncation:
    """How far the views that H-SSL would read of a batch are from those of moved inputs, whole fields, (2 b) each."""
    views = views.on(encoder.action_in)  # type: ignore[arg-type]
    return truncation(encoder, views.draw(batch, rng).g, batch.still)


def _known(target: Action, g: Element, z: Tensor) -> Tensor:
    """Which numbers of features z are known, (*n b *event)."""
    known = target.seen(g, tuple(z.shape[z.dim() - target.event_dim :]))
    missing = target.event_dim - (known.dim() - len(g.shape))
    return known.reshape(*g.shape, *[1] * missing, *known.shape[len(g.shape) :]).expand_as(z)


def _window(target: Action, z: Tensor, cells: int) -> Tensor:
    if not isinstance(target, Field):
        raise TypeError(f"cells: expected None for what is no field, got {cells} of {target}")
    return target.crop(z, target.region(tuple(z.shape[z.dim() - target.event_dim :]), cells))


def _energy(z: Tensor, action: Action) -> Tensor:
    return z.double().square().flatten(z.dim() - action.event_dim).sum(-1)
