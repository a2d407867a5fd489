"""Random layer-wise learning: each batch teaches one stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from homossl.credit.base import Credit, Stages
from homossl.credit.checks import check_whole
from homossl.credit.one_stage import teach
from homossl.credit.streams import stream
from homossl.types import Loss

Allocation = Literal["uniform", "shuffled"]


@dataclass(frozen=True)
class RandomLayerwise(Credit):
    """The gradient of one stage's own loss with respect to its own weights, of a stage drawn anew for each batch.

    h = f_k(sg(f_{k-1} ... f_1 x)), dL_k/dw_k with k random. Stages below run without a graph and those above not at
    all, so that only one stage's graph is ever held. Which stage a batch teaches depends on the seed and on how many
    batches came before it. Optimisers leave weights without a gradient alone. Where the gradients of N batches are
    averaged into one step (`Hardware.accumulate`), each batch teaches a stage of its own and its gradient counts 1/N;
    the stage that is logged is then a mean.

    "uniform": every batch draws a stage by itself.
    "shuffled": of as many batches as there are stages, each stage gets one, in random order.

    Source: Tang, Yang & Amit, Biologically plausible training mechanisms for self-supervised learning in deep networks
        (arXiv 2109.15089): uniform; shuffled is ours.

    Raises:
        ValueError: there is no such allocation, or the seed is no whole number from 0.
    """

    allocation: Allocation = "uniform"
    """How batches are shared out."""
    seed: int = 0
    """Seed of the order of the stages, added to that of the run."""

    def __post_init__(self) -> None:
        if self.allocation not in get_args(Allocation):
            raise ValueError(
                f"RandomLayerwise.allocation must be one of {get_args(Allocation)}, got {self.allocation!r}"
            )
        check_whole(self, "seed")

    def supervised(self, count: int) -> Sequence[int]:
        """Every stage."""
        return range(count)

    def build(self, stages: Stages, head: nn.Module, x: Tensor, seed: int = 0) -> Turns:
        """How many batches have been seen: none."""
        return Turns(seed)

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
        turns = self.own(state, Turns)
        turn = self.stage(turns.next(), len(stages), turns.seed)
        return teach(turn, stages, x, loss_at, backward)

    def stage(self, batch: int, count: int, seed: int = 0) -> int:
        """Which of count stages a batch teaches, by how many came before it and the seed of the run.

        >>> rule = RandomLayerwise("shuffled")
        >>> sorted(rule.stage(batch, 3) for batch in range(6, 9))
        [0, 1, 2]
        """
        if self.allocation == "uniform":
            return int(torch.randint(count, (), generator=stream(self.seed + seed, batch)))
        return int(torch.randperm(count, generator=stream(self.seed + seed, batch // count))[batch % count])


class Turns(nn.Module):
    """How many batches have been seen, in a run of some seed; a buffer, so that checkpoints keep it."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.seed = seed
        self.register_buffer("batches", torch.zeros((), dtype=torch.int64))

    def next(self) -> int:
        """How many came before this one."""
        batches = self.get_buffer("batches")
        before = int(batches)
        batches += 1
        return before
