"""H-SSL with as many views as the group has elements, from one feature field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from groups import Action, Element, FiniteGroup, Group, point_group
from groups.subgroup import inclusion
from homossl.types import Batch, Draw, Orbit
from homossl.views.base import MovedViews, require_group
from homossl.views.motion import FromIdentity, Motion


@dataclass(frozen=True)
class FullOrbit(MovedViews):
    """All places h g of one feature field z = f(x), h in a finite group H: view h is z((h g)^-1 B), one pass.

    Each two views are a pair, so that a loss is the mean over |H| (|H| - 1) / 2 pairs. H is the point group, or a
    subgroup: all views of C_8 are read at once, and those of p4 = C_4 x| shifts are the four turns about the centre of
    the sample moved by g. By default g = e and nothing is drawn.

    >>> from groups import Cyclic, image_action
    >>> len(FullOrbit(image_action(Cyclic(8))).elements())
    8

    Raises:
        TypeError: H is infinite, or not known as a subgroup of the group that moves the features.
        ValueError: H has one element, so that there are no pairs.

    Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282), fig. 1; all pairs at once is ours.
    """

    motion: Motion = FromIdentity()
    """How g is drawn for each sample, as the first of a pair."""
    subgroup: Group | None = None
    """H; None takes the point group."""

    def on(self, action: Action) -> FullOrbit:
        placed = super().on(action)
        placed.elements()
        return placed

    def elements(self, device: Any = None) -> Element:
        """H in the group, (|H|)."""
        whole = self._resolved().group
        part = self._subgroup(whole)
        return inclusion(part, whole)(part.elements(device=device))

    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        place = self._draw_motions(batch, rng)[0]
        return Draw(batch.still, self.elements(place.device)[:, None] @ place)

    def pair(self, features: Tensor, draw: Draw, action: Action) -> Orbit:
        require_group(draw.g.group, action)
        views = self.window.read(action, draw.g, features)
        return Orbit(views, draw.g, action if self.window.keeps(action, features) else None, draw.hidden)

    def _subgroup(self, whole: Group) -> FiniteGroup:
        part = self.subgroup or point_group(whole)
        if part.order is None:
            raise TypeError(f"FullOrbit reads the views of a finite group, got {part} of {whole}: choose a subgroup")
        if part.order == 1:
            raise ValueError(f"FullOrbit needs 2 views or more, but {part} of {whole} has 1 element: choose a subgroup")
        return part  # type: ignore[return-value]
