"""A-SSL: both views are features of transformed inputs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor

from groups import Action, Element, Transform
from homossl.types import Batch, Draw, Pairs
from homossl.views.base import MovedViews
from homossl.views.coarse import read_coarsely
from homossl.views.transformed import moved_and_transformed, require_transforms


@dataclass(frozen=True)
class InputAugmentation(MovedViews):
    """Two moved inputs: left = f(g1 x)(B), right = f(g2 x)(B), two passes of the encoder, as one batch of 2 b.

    The inputs may be moved by another group than the encoder is steerable for, or in colour; then no action on the
    views is known. `transforms`, which are not group actions, follow the motion, drawn afresh for each view; the action
    stays known if they are photometric, right = g left but for what they change.
    """

    transforms: tuple[Transform, ...] = ()
    """Jitters, blurs, solarisations, applied in order after the motion; those of homossl to floats in [0, 1]."""
    out: int | None = None
    """Pixels along each side of the views, read from the moved image in one resample; None keeps its grid."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_transforms("InputAugmentation.transforms", self.transforms)

    @property
    def keeps_motion(self) -> bool:
        """Whether what follows the motion keeps to its grid, and is photometric."""
        return self.out is None and all(transform.photometric for transform in self.transforms)

    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        g = self._draw_motions(batch, rng)
        still = batch.still
        x, hidden = moved_and_transformed(lambda i: self._move(g[i], still[i[1]]), self.transforms, 2, still, rng)
        return Draw(rearrange(x, "v b ... -> (v b) ..."), g, None if hidden is None else hidden.any(0))

    def pair(self, features: Tensor, draw: Draw, action: Action) -> Pairs:
        known = self.keeps_motion and self._moves_as(action)
        return self._pair_inputs(features, draw, action, known)

    def _move(self, g: Element, x: Tensor) -> Tensor:
        action = self._resolved()
        return action(g, x) if self.out is None else read_coarsely(action, g, x, self.out)

    def _moves_as(self, action: Action) -> bool:
        return self.action is not None and self.action.natural and self.action.group == action.group

    def _refusal(self, action: object) -> str:
        return super()._refusal(action) + "; put it in transforms" * isinstance(action, Transform)
