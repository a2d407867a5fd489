"""A filter that is kept while the weights it was expanded from stay what they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import torch
from torch import Tensor, nn

from groups.precision import full_precision
from homossl.lowering.expansion import Bases, Expansion


class Kept:
    """One value, computed anew when the tensors it depends on have changed; a copy of it starts empty.

    Changes are seen as autograd sees them, by the version of a tensor and by where it lies. A write in place through
    `.data` has neither: `clear` after one.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget the value."""
        self._key: Hashable = None
        self._value: Tensor | None = None
        self._sources: list[Tensor] = []

    def get(self, sources: list[Tensor], choice: Hashable, compute: Callable[[], Tensor]) -> Tensor:
        """The value for these tensors and this choice."""
        key = choice, tuple((t.data_ptr(), t._version, t.dtype, t.device, t.shape) for t in sources)
        if self._value is None or key != self._key:
            with torch.inference_mode(False), torch.no_grad():
                self._value = compute()
            self._key = key
            self._sources = [t.detach() for t in sources]  # while they are held, no other tensor can lie there
        return self._value

    def __deepcopy__(self, memo: dict[int, Any]) -> Kept:
        return Kept()


def can_keep(weights: Tensor) -> bool:
    """Whether a value may outlive this call: not in graphs that are being compiled or captured, nor in transforms."""
    if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
        return False
    if type(weights) not in (Tensor, nn.Parameter) or weights.is_inference():
        return False
    return not (weights.is_cuda and torch.cuda.is_current_stream_capturing())


class Expanded(torch.autograd.Function):
    """A filter that has been expanded already, as the function of the weights that it is."""

    @staticmethod
    def forward(weights: Tensor, value: Tensor, expansion: Expansion, kept: Kept, bases: Bases, last: bool) -> Tensor:
        return value.detach()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        _, _, ctx.expansion, ctx.kept, ctx.bases, ctx.last = inputs

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        ctx.kept.clear()  # an update follows, and some write through `.data`
        with torch.autocast(gradient.device.type, enabled=False):
            weights = ctx.expansion.adjoint(full_precision(gradient), ctx.bases, ctx.last)
        return weights.to(gradient.dtype), None, None, None, None, None
