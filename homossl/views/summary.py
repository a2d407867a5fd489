"""Deep InfoMax: the whole of a feature field against one place of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from groups import Action, Field
from homossl.types import Batch, Draw, Pairs
from homossl.views.base import MovedViews, require_group
from homossl.views.window import Window


@dataclass(frozen=True)
class GlobalLocal(MovedViews):
    """The summary of one feature field z = f(x) and a place of it: left = mean_u z(g1^-1 u), right = z(g2^-1 B).

    The summary is repeated on every cell of the window B, so that both views have one shape; a shift of a torus leaves
    it unchanged. Deep InfoMax's local objective, DIM(L), is InfoNCE of the summary among the b places.

    Source: Hjelm et al., Learning deep representations by mutual information estimation and maximization
        (arXiv 1808.06670), eq. 6.
    """

    window: Window = field(default=Window(1), kw_only=True)
    """The place: what part of the feature field is compared with the whole."""

    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        return Draw(batch.still, self._draw_motions(batch, rng))

    def pair(self, features: Tensor, draw: Draw, action: Action) -> Pairs:
        require_group(draw.g.group, action)
        if not isinstance(action, Field) or action.event_dim < 2:
            raise TypeError(f"the summary of a field needs a Field on a grid, such as a FieldAction, got {action}")
        summary = action.average(action.read(draw.g[:1], features))
        place = self.window.read(action, draw.g[1:], features)
        views = torch.cat([self.window.take_fibre(action, summary).expand_as(place), place])
        return self._as_pairs(views, draw, action=None)
