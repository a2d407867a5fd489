"""escnn's IIDBatchNorm2d and NormBatchNorm on plain tensors."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import torch
from torch import Tensor

from groups.precision import full_precision
from homossl.lowering.fields import Fields
from homossl.lowering.running import PerKind, RunningNorm, follow, unbiased


class LoweredIIDBatchNorm(RunningNorm):
    """One variance per field; a mean and a bias in its invariant part only, P mean and Q b."""

    def __init__(self, source: Any) -> None:
        super().__init__(source, Fields.by_name(source.in_type))

    def forward(self, x: Tensor) -> Tensor:
        rate = self.rate() if self.training else None
        tracks = self.source.track_running_stats
        means, variances = self._running() if tracks and rate is None else self._measured(x)
        if tracks and rate is not None:
            self._track(means, variances, rate)
        weights = {kind: self._weight(kind, var) for kind, var in variances.items()}
        biases = {kind: self._bias(kind, mean) for kind, mean in means.items()}
        return self.affine(x, means, {k: self.spread(v, k) for k, v in variances.items()}, weights, biases)

    @torch.no_grad()
    def _measured(self, x: Tensor) -> tuple[PerKind, PerKind]:
        var, mean = torch.var_mean(full_precision(x), dim=(0, 2, 3))
        means = {kind: self._invariant(kind, part) for kind, part in self.fields.sorted(mean, dim=0).items()}
        variances = self.fields.sorted(var, dim=0)
        return means, {k: v.unflatten(0, (-1, self.fields.sizes[k])).mean(1) for k, v in variances.items()}

    def _running(self) -> tuple[PerKind, PerKind]:
        variances = {kind: self.needed(kind, "running_var").flatten() for kind in self.fields.sizes}
        means = {kind: self.own(kind, "running_mean") for kind in variances}
        flat = {
            k: torch.zeros_like(self.spread(variances[k], k)) if m is None else m.flatten() for k, m in means.items()
        }
        return flat, variances

    def _track(self, means: PerKind, variances: PerKind, rate: float | Tensor) -> None:
        for kind, var in variances.items():
            follow(self.needed(kind, "running_var"), var, rate)
            if (running := self.own(kind, "running_mean")) is not None:
                follow(running, means[kind], rate)

    def _invariant(self, kind: Hashable, mean: Tensor) -> Tensor:
        if (average := self.own(kind, "avg")) is None:
            return torch.zeros_like(mean)
        return (mean.unflatten(0, (-1, self.fields.sizes[kind])) @ average.to(mean.dtype).t()).flatten()

    def _weight(self, kind: Hashable, like: Tensor) -> Tensor:
        weight = self.own(kind, "weight")
        return self.spread(torch.ones_like(like) if weight is None else weight, kind)

    def _bias(self, kind: Hashable, like: Tensor) -> Tensor:
        if (bias := self.own(kind, "bias")) is None:
            return torch.zeros_like(like)
        return (bias @ self.needed(kind, "change_of_basis").t()).flatten()


class LoweredNormBatchNorm(RunningNorm):
    """One variance per field, whose mean is 0; in training too x is divided by the running one, as in escnn."""

    def __init__(self, source: Any) -> None:
        super().__init__(source, Fields.by_size(source.in_type))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self._track(x)
        # Copies, as the running variances may move on before the gradient comes back.
        variances = {size: self.spread(self.needed(size, "running_var").clone(), size) for size in self.fields.sizes}
        weights = {size: self._weight(size, var) for size, var in variances.items()}
        zeros = {size: torch.zeros_like(var) for size, var in variances.items()}
        return self.affine(x, zeros, variances, weights, zeros)

    @torch.no_grad()
    def _track(self, x: Tensor) -> None:
        rate, count = self.rate(), x.numel() // x.shape[1]
        energy = full_precision(x).square().mean((0, 2, 3)) * unbiased(count)
        for size, part in self.fields.sorted(energy, dim=0).items():
            follow(self.needed(size, "running_var"), part.unflatten(0, (-1, self.fields.sizes[size])).mean(1), rate)

    def _weight(self, size: Hashable, like: Tensor) -> Tensor:
        weight = self.own(size, "weight")
        return torch.ones_like(like) if weight is None else self.spread(weight, size)
