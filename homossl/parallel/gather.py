"""Tensors of all processes, with gradients."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd import Function

from homossl.parallel.world import answered, mean, rank, size


def gather(x: Tensor, axis: int = 0) -> Tensor:
    """The tensors x of all processes one after the other along an axis, (b *event) -> (processes*b *event).

    Every process must go on to compute the same loss L of what is gathered. Its gradient with respect to its own x is
    then taken `size()` times, so that the mean over processes of the gradients of what x was made of is dL/dw:

    (1/n) sum_r (dx_r/dw)^T n dL/dx_r = dL/dw.
    """
    return x if size() == 1 else _Gather.apply(x, axis)  # type: ignore[return-value]


def average(x: Tensor) -> Tensor:
    """The mean of x over processes, in all of them; so is its gradient, as the map is its own adjoint."""
    return x if size() == 1 else _Average.apply(x)  # type: ignore[return-value]


class _Gather(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, axis: int) -> Tensor:
        ctx.axis = axis
        x = x.contiguous()
        parts = [torch.empty_like(x) for _ in range(size())]
        with answered():
            dist.all_gather(parts, x)
        return torch.cat(parts, axis)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return grads[0].chunk(size(), ctx.axis)[rank()] * size(), None


class _Average(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return mean(x)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        return mean(grads[0])
