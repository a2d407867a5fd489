"""escnn's GNormBatchNorm on plain tensors."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from groups.precision import full_precision
from homossl.lowering.fields import Fields
from homossl.lowering.running import RunningNorm, follow, unbiased


class LoweredGNormBatchNorm(RunningNorm):
    """One variance per irrep of a field and one mean per trivial irrep, measured in the basis of irreps."""

    def __init__(self, source: Any) -> None:
        super().__init__(source, Fields.by_name(source.in_type))
        self.trivial = {name: indices.tolist() for name, indices in source._trivial_idxs.items()}

    def forward(self, x: Tensor) -> Tensor:
        rate = self.rate() if self.training else None
        return self.fields.map(x, partial(self._normed, rate))

    def _normed(self, rate: float | Tensor | None, name: Hashable, x: Tensor) -> Tensor:
        x = self._in_basis(name, "change_of_basis_inv", x)
        means, variances = self._running(name) if rate is None else self._measured(name, x, rate)
        scales = self._scales(name, variances)
        shifts = self._shifts(name, means, scales)
        normed = x * scales[:, :, None, None] + shifts[:, :, None, None]
        return self._in_basis(name, "change_of_basis", normed.to(x.dtype))

    @torch.no_grad()
    def _measured(self, name: Hashable, x: Tensor, rate: float | Tensor) -> tuple[Tensor, Tensor]:
        wide, count = full_precision(x), x.numel() // (x.shape[1] * x.shape[2])
        mean, energy = wide.mean((0, 3, 4)), wide.square().mean((0, 3, 4))
        means = torch.cat([mean[:, i : i + 1] for i in self.trivial[name]] or [mean[:, :0]], 1)
        spread = energy - self._on_trivial(name, means).square()
        variances = spread @ self._matrix(name, "aggregator").to(mean.dtype) * unbiased(count)
        for running, batch in zip(self._running(name), (means, variances), strict=True):
            follow(running, batch, rate)
        return means, variances

    def _running(self, name: Hashable) -> tuple[Tensor, Tensor]:
        return self.needed(name, "running_mean"), self.needed(name, "running_var")

    def _scales(self, name: Hashable, variances: Tensor) -> Tensor:
        weight, scales = self.own(name, "weight"), (variances + self.source.eps).rsqrt()
        return (scales if weight is None else scales * weight) @ self._matrix(name, "propagator").t()

    def _shifts(self, name: Hashable, means: Tensor, scales: Tensor) -> Tensor:
        bias, shifts = self.own(name, "bias"), -self._on_trivial(name, means) * scales
        return shifts if bias is None else shifts + self._on_trivial(name, bias)

    def _on_trivial(self, name: Hashable, values: Tensor) -> Tensor:
        """Numbers (k t) for the trivial irreps as numbers (k s) for all channels, 0 elsewhere."""
        columns = {i: values[:, j] for j, i in enumerate(self.trivial[name])}
        zero = values.new_zeros(values.shape[0])
        return torch.stack([columns.get(i, zero) for i in range(self.fields.sizes[name])], 1)

    def _matrix(self, name: Hashable, what: str) -> Tensor:
        """Which channels each irrep has, (s irreps)."""
        return self.get_buffer(f"vars_{what}_{str(name).replace('.', '^')}")

    def _in_basis(self, name: Hashable, which: str, x: Tensor) -> Tensor:
        basis = self.own(name, which)
        return x if basis is None else torch.einsum("oi,bkihw->bkohw", basis, x)
