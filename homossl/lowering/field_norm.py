"""Batch normalisation with one mean and variance per field."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from groups.precision import full_precision
from homossl.lowering.channels import ChannelsNorm, channel_moments, per_channel, pooled
from homossl.lowering.layouts import is_channels_last
from homossl.lowering.sharing import share


class FieldNorm(_BatchNorm):
    """y = w (x - mean) / sqrt(var + eps) + b, with one mean, variance, w and b for each field of (b (k g) h w).

    It shares the state of a batch norm of (b k g h w) and computes the same. Statistics are float32 or better, and
    nothing is copied, in either memory layout. A norm over several processes has a `moments` of its own, and sets
    `local = False`.

    Raises:
        ValueError: it normalises by a batch with a single value per field.
    """

    local = True
    """Whether statistics are those of this tensor alone, so that torch's own kernels can find them."""

    def __init__(self, source: _BatchNorm, order: int) -> None:
        super().__init__(0)
        share(self, source)
        self.order, self.num_features, self.eps, self.momentum = order, source.num_features, source.eps, source.momentum
        self.affine, self.track_running_stats = source.affine, source.track_running_stats

    def forward(self, x: Tensor) -> Tensor:
        if not (self.training or self.running_mean is None):
            return self.by_running(x)
        if x.numel() <= self.num_features:
            raise ValueError(f"FieldNorm needs more than one value per field in a batch, got {tuple(x.shape)}")
        if not self.local or self.momentum is None:  # torch reads the count of batches back to find 1 / count
            return self.by_moments(x)
        # Compiled, the layout is the compiler's choice, and many channels are read faster than few fields.
        return self.by_channels(x) if torch.compiler.is_compiling() or is_channels_last(x) else self.by_kernel(x)

    def by_running(self, x: Tensor) -> Tensor:
        """Normalised by running statistics."""
        statistics = (self.running_mean, self.running_var, self.weight, self.bias)
        mean, var, weight, bias = (None if s is None else per_channel(s, self.order) for s in statistics)
        return F.batch_norm(x, mean, var, weight, bias, training=False, eps=self.eps)

    def by_kernel(self, x: Tensor) -> Tensor:
        """Normalised by the batch, in torch's own kernel for x row by row."""
        running = (self.running_mean, self.running_var) if self._tracks() else (None, None)
        self._count()
        fields = x.unflatten(1, (self.num_features, self.order))
        normed = F.batch_norm(fields, *running, self.weight, self.bias, True, self.momentum or 0.0, self.eps)
        # As a view it would be copied, back and forth, by an activation that writes into it.
        return torch.ops.aten._unsafe_view(normed, x.shape)

    def by_channels(self, x: Tensor) -> Tensor:
        """Normalised by the batch, in kernels for each channel."""
        mean, var = pooled(*channel_moments(x), self.order)
        self.track(mean, var, x.numel() // self.num_features)
        weight = torch.ones_like(mean) if self.weight is None else self.weight
        bias = torch.zeros_like(mean) if self.bias is None else self.bias
        return ChannelsNorm.apply(x, weight, bias, mean, var, self.order, self.eps)  # type: ignore[return-value]

    def by_moments(self, x: Tensor) -> Tensor:
        """Normalised by the moments of the batch in differentiable torch operations."""
        mean, var, count = self.moments(x)
        self.track(mean.detach(), var.detach(), count)
        scale = (var + self.eps).rsqrt() * (1 if self.weight is None else self.weight)
        shift = (0 if self.bias is None else self.bias) - mean * scale
        scale, shift = (per_channel(s, self.order)[:, None, None] for s in (scale, shift))
        return (x * scale + shift).to(x.dtype)

    def moments(self, x: Tensor) -> tuple[Tensor, Tensor, int | Tensor]:
        """Mean and variance (k) of each field over the batch, differentiable, and how many values each field has."""
        var, mean = torch.var_mean(full_precision(x), dim=(0, 2, 3), correction=0)
        return *pooled(mean, var, self.order), x.numel() // self.num_features

    @torch.no_grad()
    def track(self, mean: Tensor, var: Tensor, count: int | Tensor) -> None:
        """Running statistics follow those of a batch, the variance without bias."""
        if not self._tracks():
            return
        self._count()
        for name, new in (("running_mean", mean), ("running_var", var * count / (count - 1))):
            running, seen = self.get_buffer(name), self.get_buffer("num_batches_tracked")
            rate = 1 / seen.to(running.dtype) if self.momentum is None else self.momentum
            running.add_((new.to(running.dtype) - running) * rate)

    def _tracks(self) -> bool:
        return self.training and self.running_mean is not None

    def _count(self) -> None:
        if self._tracks():
            self.get_buffer("num_batches_tracked").add_(1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, order={self.order}, eps={self.eps}, momentum={self.momentum}"
