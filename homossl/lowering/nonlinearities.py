"""escnn's non-linearities of whole fields on plain tensors."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from homossl.lowering.fields import Fields
from homossl.lowering.sharing import Lowered

GATE = "gate"
"""The kind of a field that is a gate."""


class LoweredNormNonLinearity(Lowered):
    """x -> f(|x| - b) x / |x| for each field, b = exp(log_bias)."""

    log_bias: Tensor | None
    eps: Tensor

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.fields = Fields.by_size(source.in_type)
        self.ranges = ranges(self.fields)
        self.function = source._function

    def forward(self, x: Tensor) -> Tensor:
        log_bias = self._parameters.get("log_bias")
        return self.fields.map(x, partial(self._scaled, None if log_bias is None else log_bias.exp()))

    def _scaled(self, biases: Tensor | None, size: Hashable, x: Tensor) -> Tensor:
        norms = x.norm(dim=2, keepdim=True)
        shifted = norms if biases is None else norms - biases[:, self.ranges[size]].unsqueeze(2)
        factors = self.function(shifted) / torch.maximum(norms, self.eps)
        return x * factors.masked_fill(norms <= self.eps, 0).to(x.dtype)


class LoweredGatedNonLinearity1(Lowered):
    """x -> sigmoid(gate - b) x for each gated field, the gates being fields of the same tensor."""

    bias: Tensor

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.fields = _with_gates(source)
        self.gated = Fields(tuple(run for run in self.fields.runs if run.kind != GATE))
        self.ranges = ranges(self.gated)

    def forward(self, x: Tensor) -> Tensor:
        parts = self.fields.sorted(x)
        gates = torch.sigmoid(parts.pop(GATE) - self.bias.view(1, -1, 1, 1)).to(x.dtype)
        parts = {size: gate(part, gates[:, self.ranges[size]]) for size, part in parts.items()}
        return self.gated.restored(parts) if self.source.drop_gates else self.fields.restored({GATE: gates, **parts})


class LoweredGatedNonLinearity2(Lowered):
    """(gates, x) -> sigmoid(gate - b) x for each field of x."""

    bias: Tensor

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.fields = Fields.by_size(source.in_type[1])
        self.ranges = ranges(self.fields)

    def forward(self, gates: Tensor, x: Tensor) -> Tensor:
        gates = torch.sigmoid(gates - self.bias.view(1, -1, 1, 1)).to(x.dtype)
        parts = {size: gate(part, gates[:, self.ranges[size]]) for size, part in self.fields.sorted(x).items()}
        return self.fields.restored(parts)


def gate(x: Tensor, gates: Tensor) -> Tensor:
    """Fields (b (k s) h w) times a number (b k h w) each."""
    return (x.unflatten(1, (gates.shape[1], -1)) * gates.unsqueeze(2)).flatten(1, 2)


def ranges(fields: Fields) -> dict[Hashable, slice]:
    """Where the fields of each size are among biases or gates, which escnn sorts by size."""
    sizes = sorted(fields.sizes, key=lambda size: fields.sizes[size])
    ends = [sum(fields.count(size) for size in sizes[:i]) for i in range(len(sizes) + 1)]
    return {size: slice(*ends) for size, ends in zip(sizes, pairwise(ends), strict=True)}


def _with_gates(source: Any) -> Fields:
    indices = source.gates_indices.tolist()
    gates = set(range(*indices) if source._contiguous[GATE] else indices)
    sizes = [r.size for r in source.in_type.representations]
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return Fields.of((GATE if start in gates else size, size) for start, size in zip(starts, sizes, strict=True))
