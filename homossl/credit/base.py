"""How the error at the end becomes a gradient in every stage."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import torch
from torch import Tensor, nn

from homossl.types import Loss

State = TypeVar("State", bound=nn.Module)

Stages = Sequence[nn.Module] | nn.ModuleList


@dataclass(frozen=True)
class Credit(ABC):
    """A rule that assigns credit to the stages of a network: it fills .grad and never steps."""

    divisible: ClassVar[bool] = True
    """Whether gradients found on parts of a batch, by a loss of the whole of it, average to those of the whole."""
    reads_weights: ClassVar[bool] = False
    """Whether the rule reads the weights of layers while they do not run."""

    def supervised(self, count: int) -> Sequence[int]:
        """Which of count stages have a loss, and so a head, of their own: the last, unless a rule says otherwise."""
        return range(count - 1, count)

    def check(self, stages: Stages) -> None:
        """Refuse a network without stages.

        Raises:
            ValueError: there is no stage.
        """
        if not len(stages):
            raise ValueError(f"{type(self).__name__} needs at least one stage, got none")

    def own(self, state: nn.Module | None, kind: type[State]) -> State:
        """The state of the rule, of its kind.

        Raises:
            ValueError: it is not what `build` gives.
        """
        if not isinstance(state, kind):
            name = type(self).__name__
            raise ValueError(f"{name}.assign needs the {kind.__name__} that its build gives, got state={state!r}")
        return state

    def build(self, stages: Stages, head: nn.Module, x: Tensor, seed: int = 0) -> nn.Module | None:
        """The weights and buffers of the rule's own, for these stages and the head behind them; None if it has none.

        head holds one head for each supervised stage, x: (b c h w) is an example of what enters the first stage,
        and seed is that of the run, to which a rule that draws adds its own.
        """
        return None

    def check_steps(self, state: nn.Module | None, steps: int) -> None:  # noqa: B027
        """Refuse a training of so many optimiser steps that the rule cannot be followed in; most follow in any.

        Raises:
            ValueError: a stage would never learn.
        """

    def advance(self, state: nn.Module | None, progress: float) -> None:  # noqa: B027
        """Told after every step what share of training is done, in [0, 1]; most rules do not care."""

    @abstractmethod
    def assign(
        self,
        stages: Stages,
        x: Tensor,
        loss_at: Callable[[int, Tensor], Loss],
        backward: Callable[[Tensor], None] = torch.autograd.backward,
        state: nn.Module | None = None,
    ) -> Loss:
        """Run the stages on x: (b c h w) and fill the gradients; the loss comes back without its graph.

        loss_at(k, h) is the loss of the output h of a supervised stage k; backward is how a scalar is differentiated;
        state is what `build` gave for these stages.
        """
