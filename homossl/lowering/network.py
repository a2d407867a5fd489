"""Networks of lowered layers."""

from __future__ import annotations

from typing import Any

from torch import nn

from homossl.lowering.sharing import Lowered, share
from homossl.lowering.stand_ins import StandIns
from homossl.lowering.tracing import trace


class LoweredNetwork(Lowered):
    """A traced network: its children have the names of the source's, its forward pass is Python that calls them.

    Layers are called, containers of layers are not: hooks belong on layers, or on the whole.
    """

    def __init__(self, source: nn.Module, in_types: tuple[Any, ...]) -> None:
        nn.Module.__init__(self)
        share(self, source)
        stand_ins = StandIns()
        whole = stand_ins.container(source)
        self.__dict__["_modules"] = whole._modules
        with stand_ins.in_mode(True):
            self.in_training = trace(whole, in_types, stand_ins)
        with stand_ins.in_mode(False):
            self.in_evaluation = trace(whole, in_types, stand_ins)
        self.__dict__.update({name: v for name, v in vars(whole).items() if name.startswith("_tensor_constant")})

    def forward(self, *inputs: Any, **named: Any) -> Any:
        return (self.in_training if self.training else self.in_evaluation)(self, *inputs, **named)

    def _get_name(self) -> str:
        return f"Lowered{type(self.source).__name__}"
