"""escnn's batch norms on plain tensors."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from homossl.lowering.field_norm import FieldNorm
from homossl.lowering.fields import Fields
from homossl.lowering.sharing import Lowered


class LoweredInnerBatchNorm(Lowered):
    """InnerBatchNorm: one FieldNorm for the fields of each size, in place of its BatchNorm3d."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.fields = Fields.by_size(source.in_type)
        norms = {_name(s): FieldNorm(source._modules[_name(s)], s) for s in self.fields.sizes.values()}
        self.__dict__["_modules"] = norms

    def forward(self, x: Tensor) -> Tensor:
        parts = self.fields.sorted(x)
        return self.fields.restored({size: self._modules[_name(size)](part) for size, part in parts.items()})  # type: ignore[misc]


def _name(size: Any) -> str:
    return f"batch_norm_[{size}]"
