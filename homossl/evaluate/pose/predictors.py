"""Where the latent of a moved view should be, told from that of the first view and the motion."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from groups import Action, Element, FieldAction
from homossl.evaluate.pose.code import code
from homossl.evaluate.pose.pairs import LatentPairs
from homossl.evaluate.pose.regressors import Map, Regressor
from homossl.objectives import Readout
from homossl.views import InputAugmentation


class Predictor(ABC):
    """Predicts latents, and reads them in the same form."""

    @abstractmethod
    def predict(self, z: Tensor, motion: Element) -> Tensor:
        """Latents z: (b *event) of the first views and motions (b v) -> those of the moved views, (b v d)."""

    @abstractmethod
    def read(self, z: Tensor) -> Tensor:
        """Latents (b *event) as they are compared, (b d)."""


@dataclass(frozen=True)
class ByAction(Predictor):
    """The action that the encoder declares for its latents, rho(g) z, on all of the features."""

    action: Action
    """rho."""

    def predict(self, z: Tensor, motion: Element) -> Tensor:
        return self.action(motion, z[:, None]).flatten(2)

    def read(self, z: Tensor) -> Tensor:
        return z.flatten(1)

    def __str__(self) -> str:
        return "declared action"


@dataclass(frozen=True)
class ByMap(Predictor):
    """A regression from [z_l; code of the motion] to z_r, for an encoder that declares no action."""

    fitted: Map
    readout: Readout
    name: str
    """What was fitted."""

    @classmethod
    def of(cls, pairs: LatentPairs, regressor: Regressor, readout: Readout) -> ByMap:
        """The regression that was fitted to pairs."""
        features = torch.cat([pairs.left, code(pairs.motion)], dim=1)
        return cls(regressor.fit(features, pairs.right), readout, type(regressor).__name__)

    def predict(self, z: Tensor, motion: Element) -> Tensor:
        source = self.read(z)[:, None].expand(*motion.shape, -1)
        moved = self.fitted(torch.cat([source, code(motion).to(source)], dim=-1).flatten(0, 1))
        return moved.unflatten(0, motion.shape).to(source)

    def read(self, z: Tensor) -> Tensor:
        return self.readout(z)

    def __str__(self) -> str:
        return f"fitted map ({self.name})"


def declared(encoder: nn.Module, views: InputAugmentation) -> Action | None:
    """How latents are moved, where the encoder declares it for the action by which these views move its inputs."""
    alike = _move_alike(getattr(encoder, "action_in", None), views.action)
    return getattr(encoder, "action_out", None) if alike and views.keeps_motion else None


def _move_alike(a: Any, b: Any) -> bool:
    planes = isinstance(a, FieldAction) and isinstance(b, FieldAction)
    return a.group == b.group if planes else a == b
