"""escnn's poolings, over space and over fields, that are more than one call of torch's."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from homossl.lowering.fields import Fields
from homossl.lowering.sharing import Lowered


class LoweredMaxPoolAntialiased(Lowered):
    """The maximum of each window at every cell, blurred, then strided."""

    filter: Tensor

    def forward(self, x: Tensor) -> Tensor:
        m = self.source
        highest = F.max_pool2d(x, m.kernel_size, 1, m.padding, m.dilation, m.ceil_mode)
        return F.conv2d(highest, self.filter, stride=m.stride, padding=m._pad, groups=x.shape[1])


class LoweredAvgPoolAntialiased(Lowered):
    """Blurred, then strided."""

    filter: Tensor

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.filter, stride=self.source.stride, padding=self.source.padding, groups=x.shape[1])


class LoweredFieldMap(Lowered):
    """A function of fields (b k s h w) -> (b k t h w), for the fields of each size."""

    def __init__(self, source: Any, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__(source)
        self.fields, self.function = Fields.by_size(source.in_type), function

    def forward(self, x: Tensor) -> Tensor:
        return self.fields.map(x, lambda _, part: self.function(part))


class LoweredNormMaxPool(Lowered):
    """The field of largest norm in each window."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.fields = Fields.by_size(source.in_type)

    def forward(self, x: Tensor) -> Tensor:
        return self.fields.map(x, self._largest)

    def _largest(self, _: Hashable, x: Tensor) -> Tensor:
        m = self.source
        window = (m.kernel_size, m.stride, m.padding, m.dilation, m.ceil_mode)
        _, cells = F.max_pool2d(x.square().sum(2).sqrt(), *window, return_indices=True)
        flat = cells.flatten(2).unsqueeze(2).expand(-1, -1, x.shape[2], -1)
        return x.flatten(3).gather(3, flat).unflatten(3, cells.shape[2:])


def highest(x: Tensor) -> Tensor:
    """The maximum of each field; where several are, the gradient goes to one, as in escnn."""
    return torch.max(x, 2, keepdim=True).values


def norms(x: Tensor) -> Tensor:
    """The norm of each field."""
    return x.norm(dim=2, keepdim=True)
