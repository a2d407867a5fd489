"""An inverse of stages of any kind."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from homossl.credit.inverse import Inverse


@dataclass(frozen=True)
class DenseInverse(Inverse):
    """One affine map of all numbers, g(z) = tanh(W z + b): (b *event') -> (b *event), with a weight for each two.

    It takes any stage, of points, sound or vectors, and keeps no symmetry; `ConvInverse` does, between feature maps.
    """

    bounded: bool = False
    """Whether tanh follows, which suits stages whose inputs are bounded by 1."""

    def build(self, stage: nn.Module, x: Tensor, z: Tensor) -> nn.Sequential:
        """The module z: (b *event') -> x: (b *event)."""
        dense = nn.Linear(z[0].numel(), x[0].numel())
        nn.init.kaiming_normal_(dense.weight, nonlinearity="linear")
        bound = [nn.Tanh()] if self.bounded else []
        return nn.Sequential(nn.Flatten(), dense, *bound, nn.Unflatten(1, tuple(x.shape[1:])))
