"""Error backpropagation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from homossl.credit.base import Credit, Stages
from homossl.types import Loss


@dataclass(frozen=True)
class Backprop(Credit):
    """The gradient of the last stage's loss with respect to every weight, dL/dw.

    Source: Rumelhart, Hinton & Williams, Learning representations by back-propagating errors (Nature 323, 1986).
    """

    def assign(
        self,
        stages: Stages,
        x: Tensor,
        loss_at: Callable[[int, Tensor], Loss],
        backward: Callable[[Tensor], None] = torch.autograd.backward,
        state: nn.Module | None = None,
    ) -> Loss:
        """One forward pass, one loss at the end, one backward pass.

        Raises:
            ValueError: there is no stage.
        """
        self.check(stages)
        for stage in stages:
            x = stage(x)
        loss = loss_at(len(stages) - 1, x)
        backward(loss.value)
        return loss.detach()
