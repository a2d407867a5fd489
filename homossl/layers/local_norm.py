"""Batch normalisation in which the error of each unit stays its own."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

MOMENTUM = 0.1
"""The share of a batch in the running statistics; torch's default."""


class LocalNorm(nn.BatchNorm3d):
    """y = w (x - sg(mean)) / sqrt(sg(var) + eps) + b, with one mean, variance, w and b for each field, (b (k g) *grid).

    The forward pass is that of batch normalisation, over the batch, the cells and the g points of the fibre. Statistics
    are measured and not differentiated, so that the error of an output reaches its own input only, scaled by
    w / sqrt(var + eps), where batch normalisation would mix it with those of all other samples and cells. Ours.

    Raises:
        ValueError: it trains on a single value per field, which has no variance.
    """

    def __init__(self, fields: int, order: int = 1) -> None:
        super().__init__(fields, momentum=MOMENTUM)
        self.order = order

    def forward(self, x: Tensor) -> Tensor:
        fields = rearrange(x, "b (k g) ... -> b k g ...", g=self.order)
        mean, var = self.measure(fields) if self.training else (self.running_mean, self.running_var)
        normed = F.batch_norm(fields, mean, var, self.weight, self.bias, training=False, eps=self.eps)  # constants
        return rearrange(normed, "b k g ... -> b (k g) ...")

    @torch.no_grad()
    def measure(self, fields: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of a batch (b k g *grid) for each field, (k); running statistics follow them."""
        count = fields.numel() // self.num_features
        if count < 2:
            raise ValueError(f"LocalNorm trains on more than one value per field, got {tuple(fields.shape)}")
        running_mean, running_var = self.get_buffer("running_mean"), self.get_buffer("running_var")
        var, mean = torch.var_mean(fields.to(running_mean.dtype), dim=(0, *range(2, fields.dim())), correction=0)
        running_mean.lerp_(mean, MOMENTUM)
        running_var.lerp_(var * count / (count - 1), MOMENTUM)
        self.get_buffer("num_batches_tracked").add_(1)
        return mean, var
