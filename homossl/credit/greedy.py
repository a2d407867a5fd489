"""Greedy layer-wise learning: every stage has a loss of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from homossl.credit.base import Credit, Stages
from homossl.credit.budget import Budget, check_budget
from homossl.credit.one_stage import teach
from homossl.types import Loss

Order = Literal["together", "successive"]


@dataclass(frozen=True)
class GreedyLayerwise(Credit):
    """The gradient of each stage's own loss with respect to its own weights: h_i = f_i(sg(h_{i-1})), dL_i/dw_i.

    Nothing passes back between stages, and only one stage's graph is held at a time.

    "together": all stages learn at once, on every batch (Loewe et al.).
    "successive": stage after stage, each for its share of training: those below are frozen, though their batch
    statistics keep following, and run without a graph, those above are not run at all (Tang et al.). Optimisers leave
    weights without a gradient alone.

    Source: Loewe et al., Putting an end to end-to-end: gradient-isolated learning of representations
        (arXiv 1905.11786), section 3; Tang, Yang & Amit, Biologically plausible training mechanisms for
        self-supervised learning in deep networks (arXiv 2109.15089): GLL.

    Raises:
        ValueError: there is no such order, or the budget is not of positive finite numbers, or for all stages at once.
        TypeError: the budget is no tuple.
    """

    order: Order = "together"
    """Whether all stages learn at once or one after the other. Successive ones share the one learning-rate schedule of
    the run, so that a constant rate (`--schedule.final 1`) is what the paper has; `Learner.advance(share)` after each
    optimiser step moves on from stage to stage, as training by homossl does."""
    budget: tuple[float, ...] | None = None
    """How training is shared out among successive stages, one number each, in any unit (epochs, say); None: equally."""

    def __post_init__(self) -> None:
        if self.order not in get_args(Order):
            raise ValueError(f"GreedyLayerwise.order must be one of {get_args(Order)}, got {self.order!r}")
        if self.budget is not None:
            check_budget(self.budget)
            if self.order == "together":
                raise ValueError(f"only successive stages have a budget each, got order='together', {self.budget}")

    def supervised(self, count: int) -> Sequence[int]:
        """Every stage."""
        return range(count)

    def build(self, stages: Stages, head: nn.Module, x: Tensor, seed: int = 0) -> Budget | None:
        """Which of successive stages learns: the first.

        Raises:
            ValueError: the budget is not of one number for each stage.
        """
        return Budget(self.budget, len(stages)) if self.order == "successive" else None

    def check_steps(self, state: nn.Module | None, steps: int) -> None:
        """Refuse a training of so few optimiser steps that one of successive stages gets none.

        Raises:
            ValueError: one would, naming it, or the state is not what `build` gave.
        """
        if self.order == "successive":
            self.own(state, Budget).check_steps(steps)

    def advance(self, state: nn.Module | None, progress: float) -> None:
        """Let the next of successive stages learn, once one has had its share.

        Raises:
            ValueError: progress lies outside [0, 1], or the state is not what `build` gave.
        """
        if self.order == "successive":
            self.own(state, Budget).advance(progress)

    def assign(
        self,
        stages: Stages,
        x: Tensor,
        loss_at: Callable[[int, Tensor], Loss],
        backward: Callable[[Tensor], None] = torch.autograd.backward,
        state: nn.Module | None = None,
    ) -> Loss:
        """A forward pass, a loss and a backward pass of each stage, summed; or of one stage only, logging its number.

        Raises:
            ValueError: there is no stage, or the state is not what `build` gave.
        """
        self.check(stages)
        if self.order == "successive":
            return teach(self.own(state, Budget).turn, stages, x, loss_at, backward)
        losses = []
        for i, stage in enumerate(stages):
            x = stage(x.detach())
            loss = loss_at(i, x)
            backward(loss.value)
            losses.append(loss.detach().filed(f"stage{i}"))
        return reduce(add, losses)
