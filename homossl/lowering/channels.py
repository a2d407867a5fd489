"""Batch normalisation of fields by kernels that work channel by channel, in any memory layout and without a copy."""

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
    return statistics.repeat_interleave(order)  # a copy: kernels misread an expanded view, as of a single field


def pooled(mean: Tensor, var: Tensor, order: int) -> tuple[Tensor, Tensor]:
    """The mean and variance of each field (k) from those of its channels, ((k g))."""
    mean, var = mean.unflatten(0, (-1, order)), var.unflatten(0, (-1, order))
    means = mean.mean(1)
    return means, (var + (mean - means[:, None]).square()).mean(1)


@torch.no_grad()
def channel_moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """The mean and variance of each channel in float32 or better, by the kernel of torch's own norms."""
    if torch.compiler.is_compiling():  # which has no code for that kernel, and better one for this
        var, mean = torch.var_mean(full_precision(x), dim=(0, 2, 3), correction=0)
        return mean, var
    unused = x.new_zeros(x.shape[1], dtype=torch.promote_types(x.dtype, torch.float32))
    return torch.batch_norm_update_stats(x, unused, unused, 0.0)  # whose type is that of the result


class ChannelsNorm(torch.autograd.Function):
    """y = w (x - mean) r + b, r = 1 / sqrt(var + eps), where mean and var (k) are those of x: ((k g) channels).

    dx = w r (dy - <dy> - n <n dy>), n = (x - mean) r, means < > over what a field has.
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
        statistics = (per_channel(s, ctx.order) for s in (weight, mean, var))
        dx, *sums = torch.ops.aten.native_batch_norm_backward(
            gradient, x, *statistics, None, None, False, ctx.eps, [True, True, True]
        )
        d_weight, d_bias = (s.unflatten(0, (-1, ctx.order)).sum(1) for s in sums)
        root, count = (var + ctx.eps).rsqrt(), x.numel() // mean.numel()
        by_x = -weight * root.square() * d_weight / count
        constant = -weight * root * d_bias / count - by_x * mean
        dx = dx + _affine(x, per_channel(by_x, ctx.order), per_channel(constant, ctx.order))
        return dx, d_weight, d_bias, None, None, None, None


def _affine(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """x times a number per channel plus another, in one kernel."""
    return F.batch_norm(x, torch.zeros_like(scale), torch.ones_like(scale), scale, shift, training=False, eps=0.0)
