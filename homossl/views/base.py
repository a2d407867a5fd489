"""What a view source is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Self

import torch
from einops import rearrange
from torch import Tensor

from groups import Action, Element, Group, Transform
from homossl.types import Batch, Draw, Pairs, Views
from homossl.views.motion import Motion, Uniform
from homossl.views.window import Window


@dataclass(frozen=True)
class ViewSource(ABC):
    """Two views of each sample, or an orbit of more: draw before the encoder, pair after it."""

    window: Window = field(default=Window(), kw_only=True)
    """What part of the feature field is compared."""

    @abstractmethod
    def on(self, action: Action) -> Self:
        """The same source for an encoder of inputs that are moved by this action: it fills in what was left open."""

    def averaged(self) -> Self:
        """The same source, whose views are means over their windows: all that some objectives read of them."""
        return replace(self, window=replace(self.window, mean=True))

    def example(self, shape: tuple[int, ...]) -> Batch:
        """A batch of one empty sample of shape (*event), as `draw` takes it."""
        return Batch(torch.zeros(1, *shape))

    @abstractmethod
    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        """What enters the encoder, and the motions of the views, (2 b) or (n b)."""

    @abstractmethod
    def pair(self, features: Tensor, draw: Draw, action: Action) -> Views:
        """The views, (b c *window) each, of features moved by an action of the same group."""

    def _as_pairs(self, views: Tensor, draw: Draw, action: Action | None) -> Pairs:
        (left, right), g = views.unbind(0), draw.g
        return Pairs(left, right, motion=g[1] @ ~g[0], action=action, poses=g, hidden=draw.hidden)

    def _pair_inputs(self, features: Tensor, draw: Draw, action: Action, known: bool) -> Pairs:
        views = rearrange(self.window.crop(action, features), "(v b) ... -> v b ...", v=2)
        return self._as_pairs(views, draw, action if known and self.window.keeps(action, features) else None)


@dataclass(frozen=True)
class MovedViews(ViewSource):
    """Two views of each sample that are moved by drawn elements of a group.

    Raises:
        TypeError: the action is a Transform: it has no inverse and no image in feature space.
    """

    action: Action | None = None
    """How the group moves inputs; None takes the encoder's own."""
    motion: Motion = Uniform()
    """How the two motions of a pair are drawn."""

    def __post_init__(self) -> None:
        if self.action is not None and not isinstance(self.action, Action):
            raise TypeError(self._refusal(self.action))

    def on(self, action: Action) -> Self:
        return self if self.action is not None else replace(self, action=action)

    def _resolved(self) -> Action:
        if self.action is None:
            raise ValueError(
                f"{type(self).__name__} has no action: give one, or fill it in with .on(encoder.action_in)"
            )
        return self.action

    def _draw_motions(self, batch: Batch, rng: torch.Generator) -> Element:
        if not self.motion.fits(batch.still):
            raise ValueError(f"{self.motion} is not meant for samples of shape {tuple(batch.still.shape[1:])}")
        return self.motion.draw(self._resolved().group, len(batch), rng)

    def _refusal(self, action: object) -> str:
        name = action.__name__ if isinstance(action, type) else type(action).__name__
        kind = "a Transform, which has no inverse" if isinstance(action, Transform) else "not a group action"
        return f"{type(self).__name__} needs a group action; {name} is {kind}"


def require_group(group: Group, action: Action) -> None:
    """Check that features are moved by the group that the motions were drawn from."""
    if not isinstance(action, Action) or action.group != group:
        raise TypeError(f"the motions are elements of {group}, but the features are moved by {action}")
