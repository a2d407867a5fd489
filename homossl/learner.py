"""Where the axes meet: encoder, views, objective, target and credit make one training step."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from groups import Group
from homossl.credit import Backprop, Credit
from homossl.encoders import Architecture, Encoder
from homossl.objectives import Head, Objective
from homossl.targets import Shared, Target, Teacher
from homossl.types import Batch, Loss, Pairs
from homossl.views import ViewSource


class Learner(nn.Module):
    """One training step: draw, encode, pair, compare, assign credit.

    Batch -draw-> Draw -encoder-> features -pair-> Pairs -head-> Loss -credit-> .grad
    """

    def __init__(self, encoder: Encoder, head: Head, teacher: Teacher, views: ViewSource, credit: Credit) -> None:
        super().__init__()
        self.encoder, self.head, self.teacher = encoder, head, teacher
        self.views, self.credit = views.on(encoder.action_in), credit

    def step(
        self,
        batch: Batch,
        rng: torch.Generator,
        backward: Callable[[Tensor], None] = torch.autograd.backward,
    ) -> Loss:
        """The loss on a batch; its gradients are added to .grad, nothing else moves but batch statistics."""
        draw = self.views.draw(batch, rng)

        def read(encoder: nn.Module) -> Pairs:
            return self.views.pair(encoder(draw.x), draw, self.encoder.action_out)

        def loss_at(stage: int, features: Tensor) -> Loss:
            online = self.views.pair(features, draw, self.encoder.stages[stage].action_out)  # type: ignore[arg-type]
            return self.head(online, self.teacher.pairs(online, read), self.teacher.head)

        return self.credit.assign(self.encoder.stages, draw.x, loss_at, backward)  # type: ignore[arg-type]

    def update_target(self, progress: float) -> None:
        """Let the teacher follow, after the optimiser's step; progress in [0, 1] is the share of training done."""
        self.teacher.update(self.encoder, self.head, progress)


def build(
    group: Group,
    encoder: Architecture,
    views: ViewSource,
    objective: Objective,
    target: Target | None = None,
    credit: Credit | None = None,
    *,
    shape: tuple[int, int, int],
    seed: int = 0,
) -> Learner:
    """A learner for images of shape (c h w), its weights drawn from the seed alone.

    Raises:
        ValueError: the images are not square, or the architecture does not fit them.
        TypeError: the views and the encoder do not belong to the same group.
    """
    channels, h, w = shape
    if h != w:
        raise ValueError(f"encoders take square images, got {h} x {w}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = encoder.build(group, channels, h)
        head = objective.build(view_shape(network, views.on(network.action_in), shape))
    teacher = (target or Shared()).build(network, head)
    return Learner(network, head, teacher, views, credit or Backprop())


@torch.no_grad()
def view_shape(encoder: Encoder, views: ViewSource, shape: tuple[int, int, int]) -> tuple[int, ...]:
    """The event shape (c k l) of a view of images of shape (c h w)."""
    draw = views.draw(Batch(torch.zeros(1, *shape)), torch.Generator().manual_seed(0))
    encoder.eval()
    pairs = views.pair(encoder(draw.x), draw, encoder.action_out)
    encoder.train()
    return tuple(pairs.left.shape[1:])
