"""A-SSL: both views are features of transformed inputs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor

from groups import Action, FieldAction, Transform
from homossl.types import Batch, Draw, Pairs
from homossl.views.base import ViewSource


@dataclass(frozen=True)
class InputAugmentation(ViewSource):
    """Two moved inputs: left = f(g1 x)(B), right = f(g2 x)(B), two passes of the encoder, as one batch of 2 b.

    The inputs may be moved by another group than the encoder is steerable for, or in colour, or be transformed; then no
    action on the views is known.
    `transforms`, which are not group actions, follow the motion, drawn afresh for each view.
    """

    transforms: tuple[Transform, ...] = ()
    """Crops, jitters, blurs, applied in order after the motion."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for transform in self.transforms:
            if not isinstance(transform, Transform):
                raise TypeError(f"InputAugmentation.transforms holds Transforms, got {transform!r}")

    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        g = self._draw_motions(batch, rng)
        x = rearrange(self._resolved()(g, batch.x), "v b ... -> (v b) ...")
        for transform in self.transforms:
            x = transform(x, rng)
        return Draw(x, g)

    def pair(self, features: Tensor, draw: Draw, action: Action) -> Pairs:
        views = rearrange(self.window.crop(action, features), "(v b) ... -> v b ...", v=2)
        return self._as_pairs(views, draw, action if self._moves_as(action) else None)

    def _moves_as(self, action: Action) -> bool:
        plane = isinstance(self.action, FieldAction) and self.action.group == action.group
        return plane and not self.transforms

    def _refusal(self, action: object) -> str:
        return super()._refusal(action) + "; put it in transforms" * isinstance(action, Transform)
