"""The plainest training loop, for experiments that need no run to resume."""

from __future__ import annotations

import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from homossl.data import Loader
from homossl.learner import Learner


def fit(
    learner: Learner, batches: Loader, epochs: int, optimiser: Optimizer, schedule: LRScheduler | None = None
) -> None:
    """Take a step on every batch of so many epochs; draws depend on the number of the step alone."""
    for epoch in range(epochs):
        for i, batch in enumerate(batches.epoch(epoch)):
            optimiser.zero_grad()
            learner.step(batch, torch.Generator().manual_seed(1000 * epoch + i))
            optimiser.step()
            if schedule is not None:
                schedule.step()
