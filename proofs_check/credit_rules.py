"""Every credit rule, and local ones of whose losses one only is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn

from homossl.credit import (
    Backprop,
    Credit,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
    RandomLayerwise,
    Stages,
)
from homossl.types import Loss

ONE_BY_ONE = GreedyLayerwise("successive"), RandomLayerwise("shuffled")
LOCAL: dict[str, Credit] = {
    "all stages at once": GreedyLayerwise(),
    "stage after stage": ONE_BY_ONE[0],
    "random stages": ONE_BY_ONE[1],
    "feedback, all stages at once": FeedbackAlignment(losses=GreedyLayerwise()),
    "feedback, stage after stage": FeedbackAlignment(losses=ONE_BY_ONE[0]),
    "feedback, random stages": FeedbackAlignment(losses=ONE_BY_ONE[1]),
    "target propagation": DifferenceTargetPropagation(),
}
RULES: dict[str, Credit] = {"backpropagation": Backprop(), "feedback": FeedbackAlignment(), **LOCAL}


@dataclass(frozen=True)
class Only(Credit):
    """A layer-wise rule with all losses multiplied by 0 but that of one stage, if any."""

    rule: Credit
    stage: int | None

    def supervised(self, count: int) -> Sequence[int]:
        return self.rule.supervised(count)

    def build(self, stages: Stages, head: nn.Module, x: Tensor, seed: int = 0) -> nn.Module | None:
        return self.rule.build(stages, head, x, seed)

    def advance(self, state: nn.Module | None, progress: float) -> None:
        self.rule.advance(state, progress)

    def assign(self, stages: Stages, x: Tensor, loss_at: Callable[[int, Tensor], Loss], *others: Any) -> Loss:
        def weighted(k: int, h: Tensor) -> Loss:
            return float(k == self.stage) * loss_at(k, h)

        return self.rule.assign(stages, x, weighted, *others)


@dataclass(frozen=True)
class OnlyTarget(DifferenceTargetPropagation):
    """Target propagation where all stages but one, if any, are told what they gave, so that their loss is 0."""

    stage: int | None = None

    def targets(self, inverses: Any, hidden: Sequence[Tensor], gradient: Tensor) -> list[Tensor]:
        told = super().targets(inverses, hidden, gradient)
        return [told[k] if k == self.stage else h for k, h in enumerate(hidden)]


def only(rule: Credit, stage: int | None) -> Credit:
    """A local rule with the loss of this stage only, if any; a head that has a loss of its own keeps it."""
    return OnlyTarget(stage=stage) if isinstance(rule, DifferenceTargetPropagation) else Only(rule, stage)


class Unblocked(GreedyLayerwise):
    """Every stage's loss, and nothing that keeps its gradient from the stages below."""

    def assign(self, stages: Stages, x: Tensor, loss_at: Callable[[int, Tensor], Loss], *others: Any) -> Loss:
        losses = [loss_at(k, h) for k, h in enumerate(joined(stages, x))]
        torch.stack([loss.value for loss in losses]).sum().backward()
        return losses[-1].detach()


def joined(stages: Stages, x: Tensor) -> list[Tensor]:
    """What the stages give, all in one graph."""
    return list(accumulate(stages, lambda h, stage: stage(h), initial=x))[1:]
