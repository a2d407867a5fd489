"""What escnn's batch norms share whose statistics no gradient passes through."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from homossl.lowering.fields import Fields
from homossl.lowering.sharing import Lowered

PerKind = dict[Hashable, Tensor]
"""Numbers for the fields of each kind."""


class RunningNorm(Lowered):
    """A norm with running statistics, a weight and a bias for the fields of each kind, which have names of escnn's."""

    num_batches_tracked: Tensor

    def __init__(self, source: Any, fields: Fields) -> None:
        super().__init__(source)
        self.fields = fields

    def rate(self) -> float | Tensor:
        """The share of this batch in the running statistics, once it has been counted."""
        self.num_batches_tracked.add_(1)
        if self.source.momentum is not None:
            return self.source.momentum
        return 1 / self.num_batches_tracked.to(self.needed(next(iter(self.fields.sizes)), "running_var").dtype)

    def own(self, kind: Hashable, what: str) -> Tensor | None:
        """A parameter or buffer of a kind, if there is one of that name."""
        name = f"{str(kind).replace('.', '^')}_{what}"
        return self._parameters.get(name, self._buffers.get(name))

    def needed(self, kind: Hashable, what: str) -> Tensor:
        """A parameter or buffer of a kind.

        Raises:
            AttributeError: there is none of that name.
        """
        if (value := self.own(kind, what)) is None:
            raise AttributeError(f"{self._get_name()} has no {what} of {kind}")
        return value

    def affine(self, x: Tensor, mean: PerKind, var: PerKind, weight: PerKind, bias: PerKind) -> Tensor:
        """(x - mean) weight / sqrt(var + eps) + bias in one pass over x, each ((k s)) for the fields of a kind."""
        statistics = (self.fields.restored(values, dim=0) for values in (mean, var, weight, bias))
        return F.batch_norm(x, *statistics, training=False, eps=self.source.eps)

    def spread(self, values: Tensor, kind: Hashable) -> Tensor:
        """One number per field (k) as one per channel, ((k s))."""
        return values.reshape(-1, 1).expand(-1, self.fields.sizes[kind]).flatten()


@torch.no_grad()
def follow(running: Tensor, batch: Tensor, rate: float | Tensor) -> None:
    """Running statistics move a share of the way to those of a batch."""
    running.add_((batch.to(running.dtype).view_as(running) - running) * rate)


def unbiased(count: int) -> float:
    """What makes a mean of squares over so many values a variance without bias."""
    return count / (count - 1) if count > 1 else 1.0
