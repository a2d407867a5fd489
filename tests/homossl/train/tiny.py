"""A recipe that trains in milliseconds: a perceptron with batch norm, dropout and a slow teacher learns to denoise."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import nn

from groups import Cyclic
from homossl.credit import Backprop
from homossl.data import Images
from homossl.encoders import Architecture
from homossl.objectives import InfoNCE
from homossl.targets import EMA
from homossl.train import AdamW, Cosine, Recipe
from homossl.types import Batch, Loss
from homossl.views import ViewSource


@dataclass(frozen=True)
class Squares:
    n: int = 40

    def load(self, split):
        x = torch.rand(self.n, 1, 3, 3, generator=torch.Generator().manual_seed(len(split)))
        return Images(x, torch.arange(self.n) % 2, ("even", "odd"))


@dataclass(frozen=True)
class Perceptron:
    width: int = 6
    """Units."""


@dataclass(frozen=True)
class Noise:
    scale: float = 0.3
    """Standard deviation."""
    nan_above: float = float("inf")
    """Draws above this spoil the loss."""


Architecture.register(Perceptron)
ViewSource.register(Noise)


class TinyLearner(nn.Module):
    credit_state = None

    def __init__(self, width: int, views: Noise):
        super().__init__()
        self.views = views
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(9, width), nn.BatchNorm1d(width), nn.Dropout(0.2))
        self.head = nn.Linear(width, 9)
        self.teacher = deepcopy(self.encoder).requires_grad_(False)

    def step(self, batch: Batch, rng: torch.Generator, backward=torch.autograd.backward) -> Loss:
        noise = torch.randn(batch.x.shape, generator=rng, dtype=batch.x.dtype)
        z = self.encoder(batch.x + self.views.scale * noise)
        denoise = (self.head(z) - batch.x.flatten(1)).square().mean()
        follow = (z - self.teacher(batch.x)).square().mean()
        denoise = denoise.where(noise.max() <= self.views.nan_above, torch.nan)
        backward(denoise + 0.1 * follow)
        return Loss((denoise + 0.1 * follow).detach(), {"denoise": denoise.detach(), "follow": follow.detach()})

    @torch.no_grad()
    def advance(self, progress: float) -> None:
        for slow, fast in zip(self.teacher.parameters(), self.encoder.parameters(), strict=True):
            slow.lerp_(fast, 0.5 * (1 - progress))


@dataclass(frozen=True, kw_only=True)
class TinyRecipe(Recipe):
    def learner(self, shape):
        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            return TinyLearner(self.encoder.width, self.views)


recipe = TinyRecipe(
    name="tiny",
    data=Squares(),
    group=Cyclic(4),
    encoder=Perceptron(),
    views=Noise(),
    objective=InfoNCE(),
    target=EMA(),
    credit=Backprop(),
    optimiser=AdamW(lr=0.01),
    schedule=Cosine(warmup=1),
    epochs=4,
    batch_size=8,
    checkpoint_every=3,
    log_every=1,
)
