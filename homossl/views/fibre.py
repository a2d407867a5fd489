"""H-SSL: both views are read from one feature field."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Action
from homossl.types import Batch, Draw, Pairs
from homossl.views.base import MovedViews, require_group


@dataclass(frozen=True)
class FeatureFibre(MovedViews):
    """Two places of one feature field z = f(x): left = z(g1^-1 B), right = z(g2^-1 B), one pass of the encoder.

    Where f is a homomorphism these are the views f(g1 x)(B) and f(g2 x)(B) of two transformed inputs. Places beyond
    the border of the field are zero, or on a torus its other side, as the layers see them.

    Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282), fig. 1.
    """

    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        return Draw(batch.still, self._draw_motions(batch, rng))

    def pair(self, features: Tensor, draw: Draw, action: Action) -> Pairs:
        require_group(draw.g.group, action)
        views = self.window.read(action, draw.g, features)
        return self._as_pairs(views, draw, action if self.window.keeps(action, features) else None)
