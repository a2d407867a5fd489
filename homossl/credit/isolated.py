"""Stages that run apart from one another, and the loss at the end of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from groups.precision import full_precision
from homossl.credit.base import Stages
from homossl.types import Loss


def isolated(stages: Stages, x: Tensor) -> list[Tensor]:
    """h_l = f_l(sg(h_{l-1})), each in a graph of its own."""
    outputs = []
    for stage in stages:
        outputs.append(stage(x.detach()))
        x = outputs[-1].clone()  # a stage may begin with an operation in place
    return outputs


def differentiated(
    h: Tensor, loss_of: Callable[[Tensor], Loss], backward: Callable[[Tensor], None]
) -> tuple[Loss, Tensor, Tensor]:
    """The loss L of an output h, the derivative s dL/dh that backward found, and s, by which it multiplies derivatives.

    A gradient scaler makes s other than 1: it is what arrives at a zero that was added to the loss.
    """
    leaf, zero = full_precision(h.detach()).requires_grad_(), torch.zeros((), device=h.device).requires_grad_()
    leaf.grad, zero.grad = torch.zeros_like(leaf), torch.zeros_like(zero)  # as a loss need not depend on h
    loss = loss_of(leaf)
    backward(loss.value + zero)
    return loss.detach(), leaf.grad, zero.grad


def terms(name: str, losses: Sequence[Tensor] | Tensor, first: int = 0) -> dict[str, Tensor]:
    """Losses of stages, from a first one on, as terms to log: "name/stage0/loss"."""
    return {f"{name}/stage{i}/loss": loss.detach() for i, loss in enumerate(losses, first)}
