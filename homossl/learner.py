"""Where the axes meet: encoder, views, objective, target and credit make one training step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn

from groups import Group
from homossl.credit import Backprop, Credit
from homossl.encoders import Architecture, Encoder
from homossl.layers import keep_layout, laid_out
from homossl.objectives import Head, Objective
from homossl.parallel import gather
from homossl.structure import Structure, build_encoder, check_applies, hand_on
from homossl.targets import Shared, Target, Teacher
from homossl.types import Batch, Draw, Loss, Views
from homossl.views import ViewSource


class Learner(nn.Module):
    """One training step: draw, encode, pair, compare, assign credit.

    Batch -draw-> Draw -encoder-> features -pair-> Pairs -head-> Loss -credit-> .grad

    Where the credit rule supervises several stages, head is a ModuleDict with one for each, by the stage's number.
    """

    def __init__(
        self,
        encoder: Encoder,
        head: Head | nn.ModuleDict,
        teacher: Teacher,
        views: ViewSource,
        credit: Credit,
        structure: Structure = "intact",
        credit_state: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.encoder, self.head, self.teacher = encoder, head, teacher
        self.views, self.credit = views.on(encoder.action_in), credit
        self.structure: Structure = structure
        self.credit_state = credit_state

    def step(
        self,
        batch: Batch,
        rng: torch.Generator,
        backward: Callable[[Tensor], None] = torch.autograd.backward,
    ) -> Loss:
        """The loss on a batch; its gradients are added to .grad, nothing else moves but batch statistics.

        Of several processes each encodes a part of the batch; the loss is that of the whole, and the mean of their
        gradients its gradient.
        """
        draw = self._drawn(batch, rng)
        reached = [draw.x]  # by the teacher, whose stages run once a step, however many are supervised

        def read(encoder: Any, stage: int) -> Views:
            for module in encoder.stages[len(reached) - 1 : stage + 1]:
                reached.append(module(reached[-1]))
            return self._pair(reached[stage + 1], draw, stage)

        def loss_at(stage: int, features: Tensor) -> Loss:
            online = self._pair(keep_layout(features), draw, stage)
            target = self.teacher.pairs(online, partial(read, stage=stage))
            return head_at(self.head, stage)(online, target, head_at(self.teacher.head, stage))

        stages: Any = self.encoder.stages
        return self.credit.assign(stages, draw.x, loss_at, backward, self.credit_state)

    def _drawn(self, batch: Batch, rng: torch.Generator) -> Draw:
        draw = self.views.draw(batch, rng)
        return replace(draw, x=laid_out(draw.x))

    def _pair(self, features: Tensor, draw: Draw, stage: int) -> Views:
        own = self.views.pair(features, draw, self.encoder.stages[stage].action_out)  # type: ignore[arg-type]
        return hand_on(own.each(gather), self.structure)

    def advance(self, progress: float) -> None:
        """Let teacher and credit rule follow the optimiser's step; progress in [0, 1] is the share of training done."""
        self.teacher.update(self.encoder, self.head, progress)
        self.credit.advance(self.credit_state, progress)


def build(
    group: Group,
    encoder: Architecture,
    views: ViewSource,
    objective: Objective,
    target: Target | None = None,
    credit: Credit | None = None,
    *,
    shape: tuple[int, ...],
    seed: int = 0,
    structure: Structure = "intact",
) -> Learner:
    """A learner for samples of shape (*event), (c h w) of images, its weights drawn from the seed alone.

    `structure` takes a piece of the structure away, for an ablation (see `homossl.structure.MEANING`).

    Raises:
        ValueError: the architecture does not fit the samples, the piece would not be missed, or the objective cannot be
            computed of such views.
        TypeError: the views and the encoder do not belong to the same group, or the objective is not for that group.
    """
    check_applies(structure, encoder, views, objective)
    credit = credit or Backprop()
    views = views.averaged() if objective.reads_mean else views
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = build_encoder(encoder, structure, group, shape, seed)
        supervised, placed = credit.supervised(len(network.stages)), views.on(network.action_in)
        head = build_head(objective, examples(network, placed, shape, supervised))
        credit_state = credit.build(network.stages, head, example(placed, shape).x, seed)
    teacher = (target or Shared()).build(network, head)
    return Learner(network, head, teacher, views, credit, structure, credit_state)


def example(views: ViewSource, shape: tuple[int, ...]) -> Draw:
    """What enters an encoder, for one sample of shape (*event)."""
    return views.draw(views.example(shape), torch.Generator().manual_seed(0))


@torch.no_grad()
def examples(encoder: Encoder, views: ViewSource, shape: tuple[int, ...], stages: Iterable[int]) -> dict[int, Views]:
    """The views after each of these stages, of one sample of shape (*event)."""
    draw = example(views, shape)
    encoder.eval()
    _, *features = accumulate(encoder.stages, lambda x, stage: stage(x), initial=draw.x)
    encoder.train()
    return {k: views.pair(features[k], draw, encoder.stages[k].action_out) for k in stages}  # type: ignore[arg-type]


def build_head(objective: Objective, examples: dict[int, Views]) -> Head | nn.ModuleDict:
    """The head for views like these: one by itself, several by the numbers of their stages."""
    heads = {str(stage): _head(objective, pairs) for stage, pairs in examples.items()}
    return nn.ModuleDict(heads) if len(heads) > 1 else heads.popitem()[1]


def _head(objective: Objective, views: Views) -> Head:
    pairs = views.pairs()[0]
    objective.check(pairs)
    return objective.build(tuple(pairs.left.shape[1:]), pairs.motion.group if pairs.motion else None)


def head_at(head: nn.Module | None, stage: int) -> Any:
    """The head of a stage: its own, or the only one there is."""
    return head[str(stage)] if isinstance(head, nn.ModuleDict) else head
