"""One stage learns from its own loss, and no other does."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from homossl.credit.base import Stages
from homossl.types import Loss


def teach(
    turn: int,
    stages: Stages,
    x: Tensor,
    loss_at: Callable[[int, Tensor], Loss],
    backward: Callable[[Tensor], None],
) -> Loss:
    """Run the stages below without a graph, the one whose turn it is with its loss and backward pass, and none above.

    The loss comes back without its graph, with the number of the stage among its terms.
    """
    with torch.no_grad():
        for stage in list(stages)[:turn]:
            x = stage(x)
    loss = loss_at(turn, stages[turn](x))
    backward(loss.value)
    return Loss(loss.value.detach(), loss.terms | {"stage": torch.tensor(float(turn), device=loss.value.device)})
