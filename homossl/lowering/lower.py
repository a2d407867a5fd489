"""From an escnn network to a plain torch module."""

from __future__ import annotations

from typing import Any

from torch import nn

from groups._escnn import enn
from homossl.lowering.network import LoweredNetwork
from homossl.lowering.registry import check_traceable, lowering_of
from homossl.lowering.sharing import Lowered


def lower(module: nn.Module, in_type: Any = None) -> Lowered:
    """An escnn network as a plain torch module from tensors to tensors, which shares its parameters and buffers.

    It computes the same function, forward and backward, in training and in evaluation, running statistics included,
    without Python's bookkeeping of fields. State dicts have the same keys. `module` may be any torch module that holds
    modules of escnn; its forward pass is followed once. If its inputs are fields, give their type(s) as `in_type`;
    a module of escnn knows its own. A module that wraps tensors itself needs none.

    Where escnn gives float32 whatever it is given (group and norm pooling, gates, merging), the type is kept.

    >>> from groups._escnn import gspaces
    >>> space = gspaces.rot2dOnR2(4)
    >>> image, field = enn.FieldType(space, [space.trivial_repr]), enn.FieldType(space, 2 * [space.regular_repr])
    >>> lower(enn.SequentialModule(enn.R2Conv(image, field, 3), enn.InnerBatchNorm(field), enn.ReLU(field)))
    LoweredSequentialModule(
      (0): LoweredConv(1, 8, kernel_size=3, stride=1, padding=0, bias=True)
      (1): LoweredInnerBatchNorm(
        (batch_norm_[4]): FieldNorm(2, order=4, eps=1e-05, momentum=0.1)
      )
      (2): ReLU(8)
    )

    Raises:
        TypeError: a module of escnn has no lowering, or gets no field or one of another type.
    """
    if isinstance(module, Lowered):
        return module
    if make := lowering_of(module):
        return make(module)
    check_traceable(module, "")
    if in_type is None and isinstance(module, enn.EquivariantModule):
        in_type = module.in_type
    in_types = () if in_type is None else in_type if isinstance(in_type, tuple) else (in_type,)
    return LoweredNetwork(module, in_types)
