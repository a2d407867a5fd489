"""escnn's linear maps of fields, masks and dropout on plain tensors."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from homossl.lowering.fields import Fields
from homossl.lowering.sharing import Lowered


class LoweredDisentangle(Lowered):
    """Each field in the basis in which its representation is a direct sum."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.fields = Fields.by_name(source.in_type)

    def forward(self, x: Tensor) -> Tensor:
        return self.fields.map(x, self._changed)

    def _changed(self, name: Hashable, x: Tensor) -> Tensor:
        return torch.einsum("oi,bkihw->bkohw", self.get_buffer(f"change_of_basis_{name}"), x)


class LoweredReshuffle(Lowered):
    """Fields in another order."""

    indices: Tensor

    def forward(self, x: Tensor) -> Tensor:
        return x.index_select(1, self.indices)


class LoweredMask(Lowered):
    """x times a mask of the plane."""

    mask: Tensor

    def forward(self, x: Tensor) -> Tensor:
        return x * self.mask


class LoweredPointwiseDropout(Lowered):
    """Dropout of single channels."""

    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.source.p, self.training, self.source.inplace)


class LoweredFieldDropout(Lowered):
    """Dropout of fields, each at each cell."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.fields = Fields.by_size(source.in_type)

    def forward(self, x: Tensor) -> Tensor:
        return self.fields.map(x, self._dropped) if self.training else x

    def _dropped(self, _: Hashable, x: Tensor) -> Tensor:
        kept = torch.rand_like(x[:, :, :1], dtype=torch.float32, memory_format=torch.contiguous_format) > self.source.p
        return x * kept / (1 - self.source.p)
