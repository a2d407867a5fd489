"""Random layer-wise learning: each batch teaches one stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn

from homossl.credit.base import Credit, Stages
from homossl.types import Loss

Allocation = Literal["uniform", "shuffled"]


@dataclass(frozen=True)
class RandomLayerwise(Credit):
    """The gradient of one stage's own loss with respect to its own weights, of a stage drawn anew for each batch.

    h = f_k(sg(f_{k-1} ... f_1 x)), dL_k/dw_k with k random. Stages below run without a graph and those above not at
    all, so that only one stage's graph is ever held. Which stage a batch teaches depends on the seed and on how many
    batches came before it. Optimisers leave weights without a gradient alone.

    "uniform": every batch draws a stage by itself.
    "shuffled": of as many batches as there are stages, each stage gets one, in random order.

    Source: Tang, Yang & Amit, Biologically plausible training mechanisms for self-supervised learning in deep networks
        (arXiv 2109.15089): uniform; shuffled is ours.

    Raises:
        ValueError: there is no such allocation, or the seed is negative.
    """

    allocation: Allocation = "uniform"
    """How batches are shared out."""
    seed: int = 0
    """Seed of the order of the stages."""

    def __post_init__(self) -> None:
        if self.allocation not in get_args(Allocation):
            raise ValueError(
                f"RandomLayerwise.allocation must be one of {get_args(Allocation)}, got {self.allocation!r}"
            )
        if self.seed < 0:
            raise ValueError(f"RandomLayerwise.seed must be at least 0, got {self.seed}")

    def supervised(self, count: int) -> Sequence[int]:
        """Every stage."""
        return range(count)

    def build(self, stages: Stages, head: nn.Module, x: Tensor) -> Turns:
        """How many batches have been seen: none."""
        return Turns()

    def assign(
        self,
        stages: Stages,
        x: Tensor,
        loss_at: Callable[[int, Tensor], Loss],
        backward: Callable[[Tensor], None] = torch.autograd.backward,
        state: nn.Module | None = None,
    ) -> Loss:
        """The stages up to the one whose turn it is, its loss and its backward pass; logs the number of the stage.

        Raises:
            ValueError: there is no stage, or the state is not what `build` gave.
        """
        self.check(stages)
        turn = self.stage(self.own(state, Turns).next(), len(stages))
        with torch.no_grad():
            for stage in list(stages)[:turn]:
                x = stage(x)
        loss = loss_at(turn, stages[turn](x))
        backward(loss.value)
        return Loss(loss.value.detach(), loss.terms | {"stage": torch.tensor(float(turn), device=loss.value.device)})

    def stage(self, batch: int, count: int) -> int:
        """Which of count stages a batch teaches, by how many came before it.

        >>> rule = RandomLayerwise("shuffled")
        >>> sorted(rule.stage(batch, 3) for batch in range(6, 9))
        [0, 1, 2]
        """
        if self.allocation == "uniform":
            return int(torch.randint(count, (), generator=self._generator(batch)))
        return int(torch.randperm(count, generator=self._generator(batch // count))[batch % count])

    def _generator(self, number: int) -> torch.Generator:
        """A stream of its own for each number, so that a resumed run draws what an undisturbed one does."""
        state = np.random.SeedSequence([self.seed, number]).generate_state(1, np.uint64)
        return torch.Generator().manual_seed(int(state[0]))


class Turns(nn.Module):
    """How many batches have been seen; a buffer, so that checkpoints keep it."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("batches", torch.zeros((), dtype=torch.int64))

    def next(self) -> int:
        """How many came before this one."""
        batches = self.get_buffer("batches")
        before = int(batches)
        batches += 1
        return before
