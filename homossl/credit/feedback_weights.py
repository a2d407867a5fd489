"""The weights that errors go down through: fixed ones, ones updated like the forward weights, and their signs."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from homossl.credit.base import Stages
from homossl.credit.feedback_layers import layers_of, twin_of, weight


class Feedback(nn.Module):
    """Feedback weights B of some layers, in twins of theirs; these ones stay as they were drawn.

    losses is the state of the rule that the errors come from, None if it has none.

    B is normal, as large as the weights W are at that time: its variance is the mean of W^2 over the layer.

    Raises:
        ValueError: there is no layer.
    """

    losses: nn.Module | None

    def __init__(self, layers: Sequence[nn.Module], rng: torch.Generator) -> None:
        super().__init__()
        self.register_module("losses", None)
        if not layers:
            raise ValueError("feedback weights need a linear layer or a convolution, got none")
        self.layers = tuple(layers)  # in a tuple they are not registered, and so are saved only where they belong
        self.twins = nn.ModuleList(map(twin_of, layers))
        for twin in self.twins:
            fill(weight(twin), rng)

    def follow(self) -> None:
        """Let B follow W, as far as it does; W is where the last step has left it."""

    def check(self, stages: Stages) -> None:
        """Refuse stages with a layer that has no feedback weights.

        Raises:
            ValueError: there is one.
        """
        if foreign := [layer for layer in layers_of(*stages) if all(layer is not mine for mine in self.layers)]:
            raise ValueError(f"the feedback weights were built for other stages: none are there for {foreign[0]}")


class FollowingFeedback(Feedback):
    """B gets whatever update W gets: W - B keeps the difference that it had at first."""

    def __init__(self, layers: Sequence[nn.Module], rng: torch.Generator) -> None:
        super().__init__(layers, rng)
        apart = (weight(twin) - weight(layer).detach() for layer, twin in zip(layers, self.twins, strict=True))
        self.apart = nn.ParameterList(nn.Parameter(difference, requires_grad=False) for difference in apart)
        self.follow()

    @torch.no_grad()
    def follow(self) -> None:
        """B = W + (B_0 - W_0)."""
        for layer, twin, apart in zip(self.layers, self.twins, self.apart, strict=True):
            weight(twin).copy_(weight(layer) + apart)


class SignFeedback(Feedback):
    """B has the signs of W."""

    def __init__(self, layers: Sequence[nn.Module], rng: torch.Generator) -> None:
        super().__init__(layers, rng)
        self.follow()

    @torch.no_grad()
    def follow(self) -> None:
        """B = mean |W| sign(W), of all multiples of sign(W) the nearest to W."""
        for layer, twin in zip(self.layers, self.twins, strict=True):
            weight(twin).copy_(weight(layer).abs().mean() * weight(layer).sign())


@torch.no_grad()
def fill(weights: Tensor, rng: torch.Generator) -> None:
    """Draw weights anew from a normal distribution of the same size."""
    weights.copy_(weights.square().mean().sqrt() * torch.randn(weights.shape, generator=rng).to(weights))
