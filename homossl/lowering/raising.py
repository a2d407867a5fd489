"""Back from lowered networks to those of escnn."""

from __future__ import annotations

from copy import copy

from torch import nn

from homossl.lowering.sharing import Lowered


def raised(module: nn.Module) -> nn.Module:
    """The module with every lowered part replaced by its source, with which it shares parameters and buffers.

    The module itself stays as it is: whatever holds lowered parts is copied, all else is the very same.

    >>> from homossl.encoders import CNN
    >>> from groups import Cyclic
    >>> encoder = CNN(fields=(2,), steps=(1,)).build(Cyclic(4), channels=1, size=9)
    >>> [type(layer).__name__ for layer in raised(encoder).get_submodule("stages.0.body.body")]
    ['R2Conv', 'InnerBatchNorm', 'ReLU']
    """
    if isinstance(module, Lowered):
        return module.source
    if not any(isinstance(part, Lowered) for part in module.modules()):
        return module
    whole = copy(module)
    whole.__dict__["_modules"] = {name: child and raised(child) for name, child in module._modules.items()}
    return whole
