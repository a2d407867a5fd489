"""How training is shared out among stages that learn one after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

import torch
from torch import nn

from homossl.credit.checks import is_finite

ROUNDING = 1e-9
"""What a share of training may miss a stage's end by and still have reached it; no run has a billion steps."""


class Budget(nn.Module):
    """Which of count stages learns, by the share of training that is done; a buffer, so that checkpoints keep it.

    The buffer is an integer: no change of precision touches it.

    Raises:
        ValueError: the budget is not of one number for each stage.
    """

    def __init__(self, budget: Sequence[float] | None, count: int) -> None:
        super().__init__()
        self.budget = budget
        shares = (1.0,) * count if budget is None else tuple(budget)
        if len(shares) != count:
            seen = f"{len(shares)} for {count} stages: {budget}"
            raise ValueError(f"GreedyLayerwise.budget has one number for each stage, got {seen}")
        self.ends = ends_of(shares)
        self.register_buffer("stage", torch.zeros((), dtype=torch.int64))

    @property
    def turn(self) -> int:
        """The stage that learns."""
        return int(self.get_buffer("stage"))

    def advance(self, progress: float) -> None:
        """Go on to the stage that learns after this share of training.

        Raises:
            ValueError: progress lies outside [0, 1].
        """
        if not 0 <= progress <= 1:
            raise ValueError(f"progress must lie in [0, 1], got {progress}")
        self.get_buffer("stage").fill_(stage_at(progress, self.ends))

    def check_steps(self, steps: int) -> None:
        """Refuse a training of so few optimiser steps that a stage gets none.

        Raises:
            ValueError: one would, naming it.
        """
        taught = {stage_at(step / steps, self.ends) for step in range(steps)}
        if missed := [stage for stage in range(len(self.ends)) if stage not in taught]:
            shared = "equal shares" if self.budget is None else f"budget={self.budget}"
            seen = f"stages {missed} of 0..{len(self.ends) - 1} would get none of {steps} with {shared}"
            raise ValueError(f"GreedyLayerwise needs an optimiser step or more for every stage, but {seen}")


def ends_of(shares: Sequence[float]) -> tuple[float, ...]:
    """The share of training at which each stage has had its own.

    >>> ends_of((400, 400, 200))
    (0.4, 0.8, 1.0)
    """
    total = math.fsum(shares)
    return tuple(done / total for done in accumulate(shares))


def stage_at(progress: float, ends: Sequence[float]) -> int:
    """The first stage whose end is still to come; the last where none is.

    >>> [stage_at(step / 5, (0.4, 0.8, 1.0)) for step in range(6)]
    [0, 0, 1, 1, 2, 2]
    """
    return sum(end <= progress + ROUNDING for end in ends[:-1])


def check_budget(budget: object) -> None:
    """Refuse numbers that training cannot be shared out by.

    Raises:
        TypeError: they are no tuple.
        ValueError: there is none, or one is not positive and finite.
    """
    if not isinstance(budget, tuple):
        raise TypeError(f"GreedyLayerwise.budget must be a tuple of numbers, one for each stage, got {budget!r}")
    if not budget or not all(is_finite(number) and number > 0 for number in budget):
        raise ValueError(f"GreedyLayerwise.budget must be positive, finite numbers, one for each stage, got {budget}")
