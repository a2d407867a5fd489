"""Learning-rate schedules: pure functions of the step, so that a resumed run needs no state."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule(ABC):
    """A factor on the learning rate."""

    @abstractmethod
    def factor(self, step: int, steps: int, per_epoch: int) -> float:
        """The factor at `step` of `steps`, with `per_epoch` optimiser steps in an epoch."""


@dataclass(frozen=True)
class Cosine(Schedule):
    r"""Linear warm-up, then half a cosine (Loshchilov and Hutter, arXiv 1608.03983, eq. 5, one cycle).

    $\eta_t = f + (1 - f)(1 + \cos \pi t)/2$, with t from 0 at the end of the warm-up to 1 at the end of training.

    >>> [round(Cosine(warmup=1.0).factor(step, steps=6, per_epoch=2), 3) for step in range(7)]
    [0.5, 1.0, 1.0, 0.854, 0.5, 0.146, 0.0]
    """

    warmup: float = 0.0
    """Epochs of linear warm-up."""
    final: float = 0.0
    """Factor at the end of training."""

    def __post_init__(self):
        if self.warmup < 0 or self.final < 0:
            raise ValueError(f"warmup and final must be at least 0, got {self.warmup} and {self.final}")

    def factor(self, step: int, steps: int, per_epoch: int) -> float:
        """The factor at `step` of `steps`, with `per_epoch` optimiser steps in an epoch."""
        warmup = round(self.warmup * per_epoch)
        if step < warmup:
            return (step + 1) / warmup
        progress = (step - warmup) / max(1, steps - warmup)
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * progress)) / 2
