"""Batch normalisation of fields whose channels lie side by side in memory, without a copy."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

from groups.precision import full_precision


def per_channel(statistics: Tensor, order: int) -> Tensor:
    """One number per field (k) as one per channel, ((k g)).

    >>> per_channel(torch.tensor([1, 2]), 3)
    tensor([1, 1, 1, 2, 2, 2])
    """
    return statistics[:, None].expand(-1, order).flatten()


class ChannelsLastNorm(torch.autograd.Function):
    """y = w (x - mean) / sqrt(var + eps) + b, where mean and var (k) are those of x: ((k g) channels).

    dx = w r (dy - <dy> - n <n dy>), n = (x - mean) r, r = 1 / sqrt(var + eps), means < > over what a field has.
    """

    @staticmethod
    def forward(x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, var: Tensor, order: int, eps: float) -> Tensor:
        mean, var, weight, bias = (per_channel(s, order) for s in (mean, var, weight, bias))
        return F.batch_norm(x, mean, var, weight, bias, training=False, eps=eps)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        x, weight, _, mean, var, ctx.order, ctx.eps = inputs
        ctx.save_for_backward(x, weight, mean, var)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        x, weight, mean, var = ctx.saved_tensors
        d_weight, d_bias = _sums(gradient, x, mean, var, ctx.order, ctx.eps)
        count = x.numel() // mean.numel()
        root = (var + ctx.eps).rsqrt()
        by_x = -weight * root.square() * d_weight / count
        constant = -weight * root * d_bias / count - by_x * mean
        factors = (per_channel(s, ctx.order)[:, None, None] for s in (weight * root, by_x, constant))
        by_gradient, by_x, constant = factors
        dx = torch.addcmul(x * by_x + constant, full_precision(gradient), by_gradient).to(x.dtype)
        return dx, d_weight, d_bias, None, None, None, None


def _sums(gradient: Tensor, x: Tensor, mean: Tensor, var: Tensor, order: int, eps: float) -> tuple[Tensor, Tensor]:
    """The sums of n dy and of dy over each field."""
    mean, var = per_channel(mean, order), per_channel(var, order)
    _, weights, biases = torch.ops.aten.native_batch_norm_backward(
        gradient, x, torch.ones_like(mean), mean, var, None, None, False, eps, [False, True, True]
    )
    return weights.unflatten(0, (-1, order)).sum(1), biases.unflatten(0, (-1, order)).sum(1)
