"""The Siamese family: Readout -> Projector -> Predictor -> similarity."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import torch
from torch import nn

from groups import Group
from groups.precision import full_precision
from homossl.objectives.base import Head, Objective
from homossl.objectives.checks import require_samples
from homossl.objectives.heads import MLP, Network, Readout
from homossl.objectives.orbits import over_pairs
from homossl.types import Loss, Pairs, Views

AnyViews = TypeVar("AnyViews", bound=Views)


@dataclass(frozen=True, kw_only=True)
class Siamese(Objective):
    """An objective that compares two embeddings (b d); calling it is pure mathematics, without parameters.

    Symmetric under the exchange of the views, unless an option says otherwise; evaluated outside autocast in float32 or
    better.
    """

    least_batch: ClassVar[int] = 1

    readout: Readout = Readout()
    """How features become vectors."""
    projector: Network | None = MLP(512, 128)
    """The network from features to embeddings; None takes the features."""
    predictor: Network | None = None
    """The network from online embeddings to target ones; None takes the embeddings."""

    @property
    def reads_motion(self) -> bool:
        """Whether the predictor does."""
        return self.predictor is not None and self.predictor.reads_motion

    @property
    def reads_mean(self) -> bool:
        """Whether the readout pools."""
        return self.readout.pool

    def build(self, shape: tuple[int, ...], group: Group | None = None) -> SiameseHead:
        """Projector and predictor for features of event shape (c h w)."""
        return SiameseHead(self, shape, group)

    def __call__(self, online: Views, target: Views) -> Loss:
        """The loss of predictions online against projections target, both (b d); of orbits the mean over all pairs.

        Raises:
            ValueError: the views are not of one shape (b d), or the batch is too small for this objective.
        """
        self._check(online, target)
        with torch.autocast(online.parts[0].device.type, enabled=False):
            return self.over(online.map(full_precision), target.map(full_precision))

    @abstractmethod
    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """The equation, on embeddings already checked."""

    def over(self, online: Views, target: Views) -> Loss:
        """The mean of the equation over all pairs of views, pair by pair where an objective knows no shorter way."""
        return over_pairs(self.loss, online, target)

    def _check(self, online: Views, target: Views) -> None:
        shapes = [tuple(z.shape) for z in (*online.parts, *target.parts)]
        if len(set(shapes)) > 1 or len(shapes[0]) != 2:
            raise ValueError(f"{self.name} compares embeddings of one shape (b d), got (online, target) views {shapes}")
        require_samples(self.name, online, self.least_batch)


class SiameseHead(Head):
    """Readout -> projector -> predictor on the online side; readout -> projector on the target side.

    Raises:
        ValueError: the predictor does not map to the space of the projections, or the projector reads motions.
        TypeError: the predictor reads the motion of pairs that the group does not move.
    """

    def __init__(self, objective: Siamese, shape: tuple[int, ...], group: Group | None = None) -> None:
        super().__init__()
        self.objective = objective
        self.dim = objective.readout.dim(shape)
        if objective.projector is not None and objective.projector.reads_motion:
            raise ValueError(f"{objective.name}: a projector maps single views, got {objective.projector}")
        self.projector, width = _network(objective.projector, self.dim, group)
        self.predictor, predicted = _network(objective.predictor, width, group)
        if predicted != width:
            raise ValueError(f"{objective.name}: predictor.out must equal the projection's {width}, got {predicted}")

    def forward(self, online: Views, target: Views, teacher: Head | None = None) -> Loss:
        """The objective of prediction and projection; gradients reach the target only where it *is* online."""
        z = self.project(online)
        t = z if target is online else self.like(teacher).project_frozen(target)
        if self.objective.reads_motion:
            return over_pairs(lambda z, t: self.objective(self.predictor(z), t), z, t)
        return self.objective(z.map(self.predictor), t)

    def project(self, features: AnyViews) -> AnyViews:
        """(b c h w) -> (b d), all views through one batch norm."""
        self._check(features)
        return features.map(lambda x: self.projector(self.objective.readout(x)))

    @torch.no_grad()
    def project_frozen(self, features: AnyViews) -> AnyViews:
        """The same without gradient."""
        return self.project(features)

    def _check(self, features: Views) -> None:
        first, *others = (view.shape for view in features.parts)
        if different := [shape for shape in others if shape != first]:
            raise ValueError(f"left and right must have one shape, got {tuple(first)} and {tuple(different[0])}")
        if self.objective.readout.dim(first[1:]) != self.dim:
            raise ValueError(f"{self.objective.name}: head built for {self.dim} features, got views {tuple(first)}")


def _network(spec: Network | None, dim: int, group: Group | None) -> tuple[nn.Module, int]:
    return (nn.Identity(), dim) if spec is None else (spec.build(dim, group), spec.width(dim))
