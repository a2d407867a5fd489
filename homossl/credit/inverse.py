"""Modules that go back from the output of a stage to its input."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

from torch import Tensor, nn

from groups import Action, Cyclic, FieldAction
from groups._escnn import enn
from homossl.credit.checks import check_whole, require
from homossl.credit.spread import spread
from homossl.layers import Layers, Plain, Steerable
from homossl.lowering import Lowered


@dataclass(frozen=True)
class Inverse(ABC):
    """What the approximate inverse g of a stage f is, g(f(x)) ~ x: hyper-parameters only."""

    @abstractmethod
    def build(self, stage: nn.Module, x: Tensor, z: Tensor) -> nn.Module:
        """The module z -> x for a stage x -> z, by an example of both.

        Raises:
            ValueError: a stage of this kind has no such inverse.
        """


@dataclass(frozen=True)
class ConvInverse(Inverse):
    """One convolution on the grid of the input, g(z) = tanh(K * spread(z) + b): (b c' h/s w/s) -> (b c h w).

    Of a plain stage it is the published tanh(ConvTranspose2d), whose kernel is K flipped and transposed: zeros are put
    between cells, on the cells 0, s, 2s, ... of an even grid. That is not symmetric about the centre and would break
    quarter turns; of a steerable stage K is steerable, and on even grids every cell fills its s x s block instead
    (ours). So the inverse of a homomorphism is one too, from the action on z to that on x. Initial weights are He's, as
    in our encoders (ours).

    Raises:
        ValueError: the kernel is no odd whole number from 1.

    Source: Lee et al., Difference target propagation (arXiv 1412.7525); Tang, Yang & Amit, Biologically plausible
        training mechanisms for self-supervised learning in deep networks (arXiv 2109.15089), the authors' public code.
    """

    kernel: int = 3
    """Cells along each side of the kernel, odd."""
    bounded: bool = True
    """Whether tanh follows, which suits stages whose inputs are bounded by 1; those after a ReLU are not."""

    def __post_init__(self) -> None:
        check_whole(self, "kernel", least=1)
        require(self, "odd", kernel=self.kernel % 2 == 1)

    def build(self, stage: nn.Module, x: Tensor, z: Tensor) -> ConvInverted:
        """The module z: (b c' k l) -> x: (b c h w), with the actions of the stage where it says them.

        Raises:
            ValueError: x or z is no feature map, z is on the finer grid, or in fields without a place on the grid of x.
        """
        if x.dim() != 4 or z.dim() != 4:
            seen = f"{tuple(x.shape)} -> {tuple(z.shape)}"
            raise ValueError(f"{_cannot(stage)}: it takes feature maps (b c h w) to feature maps, got {seen}")
        layers, before, after = _fields(stage, x, z)
        try:
            place = spread(tuple(z.shape[-2:]), tuple(x.shape[-2:]), isinstance(layers, Steerable))  # type: ignore[arg-type]
            conv = layers.conv(replace(before, stride=after.stride), after, self.kernel, bias=True)
        except (ValueError, TypeError, RuntimeError) as error:
            raise ValueError(f"{_cannot(stage)}: {error}") from error
        bound = [nn.Tanh()] if self.bounded else []
        return ConvInverted(nn.Sequential(place, layers.enter(conv, before), *bound), before, after)


class ConvInverted(nn.Module):
    """A module that claims g(h z) = h g(z), h acting by action_in on z and by action_out on g(z), like a Stage."""

    def __init__(self, body: nn.Module, action_in: Action, action_out: Action) -> None:
        super().__init__()
        self.body = body
        self.action_in, self.action_out = action_in, action_out

    def forward(self, z: Tensor) -> Tensor:
        return self.body(z)


def _fields(stage: nn.Module, x: Tensor, z: Tensor) -> tuple[Layers, FieldAction, FieldAction]:
    """The layers that an inverse is made of, and what it takes and gives; without actions, plain channels."""
    before, after = getattr(stage, "action_out", None), getattr(stage, "action_in", None)
    if not (isinstance(before, FieldAction) and isinstance(after, FieldAction)):
        layers = Plain(Cyclic(1))
        return layers, layers.images(z.shape[1]), layers.images(x.shape[1])
    steered = any(isinstance(module, enn.EquivariantModule | Lowered) for module in stage.modules())
    return (Steerable if steered else Plain)(after.group), before, after


def _cannot(stage: nn.Module) -> str:
    return f"ConvInverse cannot invert {type(stage).__name__}, give the rule another inverse, such as DenseInverse()"
