"""Errors that go down through weights other than those that signals came up through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import torch
from torch import Tensor, nn

from homossl.credit.backprop import Backprop
from homossl.credit.base import Credit, Stages
from homossl.credit.checks import check_whole
from homossl.credit.feedback_layers import layers_of, sent_through
from homossl.credit.feedback_weights import Feedback, FollowingFeedback, SignFeedback
from homossl.credit.greedy import GreedyLayerwise
from homossl.credit.random_layerwise import RandomLayerwise
from homossl.types import Loss

Losses = Backprop | GreedyLayerwise | RandomLayerwise

Update = Literal["fixed", "same", "sign"]

STREAM = 2**31
"""What keeps feedback apart from forward weights, which may be drawn from the same seed and would be correlated."""

FEEDBACK: dict[str, type[Feedback]] = {"fixed": Feedback, "same": FollowingFeedback, "sign": SignFeedback}


@dataclass(frozen=True)
class FeedbackAlignment(Credit):
    """Gradients of errors sent down through weights B in the place of W, d_{l-1} = B_l^T (f'(a_l) d_l).

    In the forward pass nothing changes, and every layer learns as it would from the error that arrives,
    dW_l = (f'(a_l) d_l) h_{l-1}^T. Every linear layer, convolution and steerable convolution that is called has a B, in
    the stages and in the head; all else is differentiated. The error that the last of them gets has passed none: its
    gradient is that of backpropagation. The B of a steerable layer has coefficients in the layer's own basis, so that
    its transpose is equivariant too, and the backward pass keeps the symmetry of the forward pass.

    "fixed": B is drawn once, normal and as large as W is at first (Lillicrap et al. 2016).
    "same": B starts like that and gets every update that W gets, so that B = W + (B_0 - W_0) (Amit 2019).
    "sign": B = mean |W| sign(W), the mean over the layer, after every step (Liao et al. 2016).

    Source: Lillicrap et al., Random synaptic feedback weights support error backpropagation for deep learning (Nature
        Communications 7:13276, 2016); Amit, Deep learning with asymmetric connections and Hebbian updates
        (arXiv 1812.07965); Liao, Leibo & Poggio, How important is weight symmetry in backpropagation?
        (arXiv 1510.05067).

    Raises:
        ValueError: there is no such update, or the seed is no whole number from 0.
        TypeError: the losses are those of a rule that sends errors down in a way of its own.
    """

    reads_weights: ClassVar[bool] = True

    update: Update = "fixed"
    """How feedback weights come about: drawn once (fixed), updated like the forward ones (same), or their signs."""
    seed: int = 0
    """Seed that feedback weights are drawn from, added to that of the run."""
    losses: Losses = Backprop()
    """Where the errors come from: the last stage's loss, every stage's own, or that of the stage whose turn it is."""

    def __post_init__(self) -> None:
        if self.update not in get_args(Update):
            raise ValueError(f"FeedbackAlignment.update must be one of {get_args(Update)}, got {self.update!r}")
        check_whole(self, "seed")
        if not isinstance(self.losses, Losses):
            names = ", ".join(rule.__name__ for rule in get_args(Losses))
            raise TypeError(f"FeedbackAlignment.losses must be one of {names}, got {self.losses!r}")

    def supervised(self, count: int) -> Sequence[int]:
        """Those of the rule that the errors come from."""
        return self.losses.supervised(count)

    def build(self, stages: Stages, head: nn.Module, x: Tensor, seed: int = 0) -> Feedback:
        """Feedback weights for all layers of the stages and of the head, and the state of the rule of the losses.

        Raises:
            ValueError: there is no layer, or that rule does not fit the stages.
        """
        rng = torch.Generator().manual_seed(STREAM + self.seed + seed)
        feedback = FEEDBACK[self.update](layers_of(*stages, head), rng)
        feedback.losses = self.losses.build(stages, head, x, seed)
        return feedback

    def check_steps(self, state: nn.Module | None, steps: int) -> None:
        """Ask the rule that the errors come from.

        Raises:
            ValueError: it refuses, or the state is not what `build` gave.
        """
        self.losses.check_steps(self.own(state, Feedback).losses, steps)

    def advance(self, state: nn.Module | None, progress: float) -> None:
        """Tell the rule that the errors come from.

        Raises:
            ValueError: progress lies outside [0, 1], or the state is not what `build` gave.
        """
        self.losses.advance(self.own(state, Feedback).losses, progress)

    def assign(
        self,
        stages: Stages,
        x: Tensor,
        loss_at: Callable[[int, Tensor], Loss],
        backward: Callable[[Tensor], None] = torch.autograd.backward,
        state: nn.Module | None = None,
    ) -> Loss:
        """The passes of backpropagation, each error on its way down through feedback weights.

        Raises:
            ValueError: there is no stage, or the state is not what `build` gave for these stages.
        """
        self.check(stages)
        feedback = self.own(state, Feedback)
        feedback.check(stages)
        feedback.follow()
        with sent_through(feedback.layers, list(feedback.twins)):
            return self.losses.assign(stages, x, loss_at, backward, feedback.losses)
