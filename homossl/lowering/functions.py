"""escnn's modules that are one function of plain tensors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from groups._escnn import enn
from homossl.lowering.sharing import Lowered

Function = Callable[[Tensor], Tensor]


class LoweredFunction(Lowered):
    """A module without parameters as the function of tensors that it is."""

    def __init__(self, source: Any, function: Callable[[Any], Function]) -> None:
        super().__init__(source)
        self.function = function(source)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)

    def __repr__(self) -> str:
        return f"{type(self.source).__name__}({self.source.in_type.size})"


def _max_pool(m: Any) -> Function:
    return partial(F.max_pool2d, **_window(m), dilation=m.dilation)


def _avg_pool(m: Any) -> Function:
    return partial(F.avg_pool2d, **_window(m))


def _window(m: Any) -> dict[str, Any]:
    return {"kernel_size": m.kernel_size, "stride": m.stride, "padding": m.padding, "ceil_mode": m.ceil_mode}


def _upsampling(m: Any) -> Function:
    return partial(
        F.interpolate, size=m._size, scale_factor=m._scale_factor, mode=m._mode, align_corners=m._align_corners
    )


FUNCTIONS: dict[type, Callable[[Any], Function]] = {
    enn.ReLU: lambda m: partial(F.relu, inplace=m._inplace),
    enn.ELU: lambda m: partial(F.elu, alpha=m.alpha, inplace=m._inplace),
    enn.LeakyReLU: lambda m: partial(F.leaky_relu, negative_slope=m._negative_slope, inplace=m._inplace),
    enn.PointwiseNonLinearity: lambda m: m._function,
    enn.PointwiseMaxPool2D: _max_pool,
    enn.PointwiseMaxPool3D: lambda m: partial(F.max_pool3d, **_window(m), dilation=m.dilation),
    enn.PointwiseAvgPool2D: _avg_pool,
    enn.PointwiseAdaptiveAvgPool2D: lambda m: partial(F.adaptive_avg_pool2d, output_size=m.output_size),
    enn.PointwiseAdaptiveMaxPool2D: lambda m: partial(F.adaptive_max_pool2d, output_size=m.output_size),
    enn.R2Upsampling: _upsampling,
}
"""The function that each of them is."""
