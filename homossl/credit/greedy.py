"""Greedy layer-wise learning: every stage has a loss of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import torch
from torch import Tensor, nn

from homossl.credit.base import Credit, Stages
from homossl.types import Loss


@dataclass(frozen=True)
class GreedyLayerwise(Credit):
    """The gradient of each stage's own loss with respect to its own weights: h_i = f_i(sg(h_{i-1})), dL_i/dw_i.

    All stages learn at once, nothing passes back between them, and only one stage's graph is held at a time.

    Source: Loewe et al., Putting an end to end-to-end: gradient-isolated learning of representations
        (arXiv 1905.11786), section 3.
    """

    def supervised(self, count: int) -> Sequence[int]:
        """Every stage."""
        return range(count)

    def assign(
        self,
        stages: Stages,
        x: Tensor,
        loss_at: Callable[[int, Tensor], Loss],
        backward: Callable[[Tensor], None] = torch.autograd.backward,
        state: nn.Module | None = None,
    ) -> Loss:
        """Stage by stage a forward pass, a loss and a backward pass; the losses are summed.

        Raises:
            ValueError: there is no stage.
        """
        self.check(stages)
        losses = []
        for i, stage in enumerate(stages):
            x = stage(x.detach())
            loss = loss_at(i, x)
            backward(loss.value)
            losses.append(loss.detach().filed(f"stage{i}"))
        return reduce(add, losses)
