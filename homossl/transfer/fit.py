"""The training of a head, with its backbone frozen or fine-tuned."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from homossl.data import AnySamples
from homossl.train.optimisers import AdamW
from homossl.train.schedule import Cosine
from homossl.transfer.backbone import Backbone

if TYPE_CHECKING:
    from homossl.transfer.task import Task


def fit(task: Task, backbone: Backbone, data: AnySamples, seed: int) -> nn.Module:
    """A model of a copy of the backbone and a head drawn from the seed, trained on the samples that the task chooses.

    Raises:
        ValueError: fewer samples are used than a batch holds.
        FloatingPointError: the loss is not finite.
    """
    model = fresh(task, backbone, data, seed)
    chosen = task.chosen(data, seed)
    size = min(task.batch_size, len(chosen))
    per_epoch = len(chosen) // size
    optimiser = AdamW(task.lr, weight_decay=task.weight_decay).build(model)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: Cosine().factor(step, task.epochs * per_epoch, per_epoch)
    )
    for batch in task.read(data, shuffled(chosen, size, task.epochs, seed)):
        step(task, model, batch, optimiser)
        rates.step()
    return model.eval()


def fresh(task: Task, backbone: Backbone, data: AnySamples, seed: int) -> nn.Module:
    """The untrained model, on the device of the backbone, in training mode where it is trained."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model: Any = task.build(deepcopy(backbone), data.classes, data.shape[-1])
    model = model.to(backbone.mean).train()
    if task.tune == "head":
        model.backbone.requires_grad_(False).eval()
    return model


def step(task: Task, model: nn.Module, batch: Any, optimiser: torch.optim.Optimizer) -> None:
    """One step of gradient descent."""
    optimiser.zero_grad()
    loss = task.loss(model, batch)
    if not loss.isfinite():
        raise FloatingPointError(f"the loss of {task.name} is {loss.item()}: a smaller lr than {task.lr}?")
    loss.backward()
    optimiser.step()


def shuffled(chosen: Tensor, size: int, epochs: int, seed: int) -> Iterator[Tensor]:
    """Batches of indices, in a new order each epoch; the incomplete last one is dropped."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        order = chosen[torch.randperm(len(chosen), generator=generator)]
        yield from (batch for batch in order.split(size) if len(batch) == size)


def drawn_share(n: int, share: float, seed: int) -> Tensor:
    """Indices of a share of n samples, at least one, drawn without replacement.

    >>> drawn_share(10, 0.3, seed=0).shape
    torch.Size([3])
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.randperm(n, generator=generator)[: max(1, round(share * n))]
