"""Real efference copies: both views are features of two frames with a known motion between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import torch
from einops import rearrange
from torch import Tensor

from groups import Action, Element, Group
from homossl.types import Batch, Draw, Pairs
from homossl.views.base import ViewSource


@dataclass(frozen=True)
class EfferencePair(ViewSource):
    """Two frames of each sample, x: (b 2 c h w): left = f(x1)(B), right = f(x2)(B), one batch of 2 b for the encoder.

    Batch.motion: (b) is the motion of the picture, x2 = g x1 up to what a camera adds; poses are (e, g). It acts on the
    views as the encoder's group acts on features; of another group, as a saccade in an encoder of turns, no action is
    known.

    Raises:
        ValueError: the batch has no motions, or not two frames for each.
        TypeError: the motions are not elements of the group.
    """

    group: Group | None = None
    """Whose elements the motions are; None takes the encoder's own."""

    def on(self, action: Action) -> Self:
        return self if self.group is not None else replace(self, group=action.group)

    def example(self, shape: tuple[int, ...]) -> Batch:
        return Batch(torch.zeros(1, 2, *shape), motion=self._resolved().identity(1))

    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        motion = self._motion_of(batch)
        rest = motion.group.identity(len(motion), device=motion.device, dtype=motion.params.dtype)
        poses = Element(motion.group, torch.stack([rest.params, motion.params]))
        return Draw(rearrange(batch.x, "b v ... -> (v b) ..."), poses)

    def pair(self, features: Tensor, draw: Draw, action: Action) -> Pairs:
        return self._pair_inputs(features, draw, action, known=draw.g.group == action.group)

    def _resolved(self) -> Group:
        if self.group is None:
            raise ValueError("EfferencePair has no group: give one, or fill it in with .on(encoder.action_in)")
        return self.group

    def _motion_of(self, batch: Batch) -> Element:
        if batch.motion is None:
            raise ValueError("EfferencePair needs batches of two frames and the motion between them, got motion=None")
        if batch.x.shape[:2] != (len(batch), 2) or batch.motion.shape != (len(batch),):
            seen = f"x {tuple(batch.x.shape)} and motions {tuple(batch.motion.shape)}"
            raise ValueError(f"EfferencePair needs frames x: (b 2 c h w) and motions (b), got {seen}")
        if batch.motion.group != self._resolved():
            raise TypeError(f"EfferencePair expects motions in {self.group}, got elements of {batch.motion.group}")
        return batch.motion
