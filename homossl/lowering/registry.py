"""Which of escnn's modules can be lowered, and to what."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from torch import nn

from groups._escnn import enn
from homossl.lowering.conv import LoweredConv, LoweredConvTransposed
from homossl.lowering.functions import FUNCTIONS, LoweredFunction
from homossl.lowering.gnorm import LoweredGNormBatchNorm
from homossl.lowering.irrep_norms import LoweredIIDBatchNorm, LoweredNormBatchNorm
from homossl.lowering.linear import (
    LoweredDisentangle,
    LoweredFieldDropout,
    LoweredMask,
    LoweredPointwiseDropout,
    LoweredReshuffle,
)
from homossl.lowering.nonlinearities import (
    LoweredGatedNonLinearity1,
    LoweredGatedNonLinearity2,
    LoweredNormNonLinearity,
)
from homossl.lowering.norms import LoweredInnerBatchNorm
from homossl.lowering.pooling import (
    LoweredAvgPoolAntialiased,
    LoweredFieldMap,
    LoweredMaxPoolAntialiased,
    LoweredNormMaxPool,
    highest,
    norms,
)
from homossl.lowering.sharing import Lowered

TRACED = (enn.SequentialModule, enn.MultipleModule, enn.IdentityModule, enn.RestrictionModule)
"""Modules of escnn whose own forward pass is followed."""


LOWERINGS: dict[type, Callable[[Any], Lowered]] = {
    **{kind: partial(LoweredFunction, function=function) for kind, function in FUNCTIONS.items()},
    enn.R2Conv: LoweredConv,
    enn.R2ConvTransposed: LoweredConvTransposed,
    enn.R3Conv: LoweredConv,
    enn.InnerBatchNorm: LoweredInnerBatchNorm,
    enn.IIDBatchNorm2d: LoweredIIDBatchNorm,
    enn.NormBatchNorm: LoweredNormBatchNorm,
    enn.GNormBatchNorm: LoweredGNormBatchNorm,
    enn.NormNonLinearity: LoweredNormNonLinearity,
    enn.GatedNonLinearity1: LoweredGatedNonLinearity1,
    enn.GatedNonLinearity2: LoweredGatedNonLinearity2,
    enn.PointwiseMaxPoolAntialiased2D: LoweredMaxPoolAntialiased,
    enn.PointwiseAvgPoolAntialiased2D: LoweredAvgPoolAntialiased,
    enn.NormMaxPool: LoweredNormMaxPool,
    enn.GroupPooling: partial(LoweredFieldMap, function=highest),
    enn.NormPool: partial(LoweredFieldMap, function=norms),
    enn.PointwiseDropout: LoweredPointwiseDropout,
    enn.FieldDropout: LoweredFieldDropout,
    enn.DisentangleModule: LoweredDisentangle,
    enn.ReshuffleModule: LoweredReshuffle,
    enn.MaskModule: LoweredMask,
}
"""What stands for a module of each class."""


def lowering_of(module: nn.Module) -> Callable[[Any], Lowered] | None:
    """What makes the module that stands for this one; none for a subclass that computes in its own way."""
    known = next((kind for kind in type(module).__mro__ if kind in LOWERINGS), None)
    return LOWERINGS[known] if known and _computes_as(type(module), known) else None


def holds_fields(module: nn.Module) -> bool:
    """Whether any part of a module works on escnn's fields; lowered ones do not any more."""
    if isinstance(module, enn.EquivariantModule | Lowered):
        return not isinstance(module, Lowered)
    return any(holds_fields(part) for part in module._modules.values() if part is not None)


def check_traceable(module: nn.Module, path: str) -> None:
    """Check that the forward pass of a module that is not lowered as a whole can be followed.

    Raises:
        TypeError: it is a module of escnn's without a lowering, or changes one that has.
    """
    if not isinstance(module, enn.EquivariantModule) or type(module) in TRACED:
        return
    if type(module).__module__.partition(".")[0] == "escnn" or any(kind in LOWERINGS for kind in type(module).__mro__):
        known = ", ".join(sorted(kind.__name__ for kind in (*LOWERINGS, *TRACED)))
        raise TypeError(
            f"{path or 'the model'}: cannot lower {type(module).__name__}; of escnn's modules we lower {known}"
        )


def _computes_as(kind: type, known: type) -> bool:
    own = (name for name in dir(known) if isinstance(getattr(known, name), FunctionType | property))
    return all(getattr(kind, name) is getattr(known, name) for name in own if name != "__init__")
