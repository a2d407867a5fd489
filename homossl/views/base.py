"""What a view source is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor

from groups import Action, Element, Group, Transform
from homossl.types import Batch, Draw, Pairs
from homossl.views.motion import Motion, Uniform
from homossl.views.window import Window


@dataclass(frozen=True)
class ViewSource(ABC):
    """Two views of each sample: draw before the encoder, pair after it.

    Raises:
        TypeError: the action is a Transform: it has no inverse and no image in feature space.
    """

    action: Action | None = None
    """How the group moves inputs; None takes the encoder's own."""
    motion: Motion = Uniform()
    """How the two motions of a pair are drawn."""
    window: Window = Window()
    """What part of the feature field is compared."""

    def __post_init__(self) -> None:
        if self.action is not None and not isinstance(self.action, Action):
            raise TypeError(self._refusal(self.action))

    def on(self, action: Action) -> Self:
        """The same source with its action filled in where it had none."""
        return self if self.action is not None else replace(self, action=action)

    @abstractmethod
    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        """What enters the encoder, and the motions of the pairs, (2 b)."""

    @abstractmethod
    def pair(self, features: Tensor, draw: Draw, action: Action) -> Pairs:
        """The views, left and right (b c k l), of features moved by an action of the same group."""

    def _resolved(self) -> Action:
        if self.action is None:
            raise ValueError(
                f"{type(self).__name__} has no action: give one, or fill it in with .on(encoder.action_in)"
            )
        return self.action

    def _draw_motions(self, batch: Batch, rng: torch.Generator) -> Element:
        return self.motion.draw(self._resolved().group, len(batch), rng)

    def _as_pairs(self, views: Tensor, draw: Draw, action: Action | None) -> Pairs:
        (left, right), g = views.unbind(0), draw.g
        action = action if self.window.whole else None
        return Pairs(left, right, motion=g[1] @ ~g[0], action=action, poses=g, hidden=draw.hidden)

    def _refusal(self, action: object) -> str:
        name = action.__name__ if isinstance(action, type) else type(action).__name__
        kind = "a Transform, which has no inverse" if isinstance(action, Transform) else "not a group action"
        return f"{type(self).__name__} needs a group action; {name} is {kind}"


def require_group(group: Group, action: Action) -> None:
    """Check that features are moved by the group that the motions were drawn from."""
    if not isinstance(action, Action) or action.group != group:
        raise TypeError(f"the motions are elements of {group}, but the features are moved by {action}")
