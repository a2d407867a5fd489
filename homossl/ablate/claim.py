"""How far a trained encoder misses what it claims."""

from __future__ import annotations

from pathlib import Path

import torch

from groups.laws import equivariance
from homossl.train import load_learner

IMAGES = 32


def claim_residual(run: Path) -> float:
    """|f(g x) - rho(g) f(x)| / |rho(g) f(x)| on test images x, each with a random motion g of its own."""
    learner, recipe = load_learner(run)
    images = recipe.data.load("test")
    (batch,) = images.batches([torch.arange(min(IMAGES, len(images)))])
    encoder, action = learner.encoder, learner.encoder.action_in
    g = action.group.sample(len(batch), generator=torch.Generator().manual_seed(0))
    x = batch.still.to(next(learner.parameters()))
    with torch.no_grad():
        return equivariance(encoder, action, encoder.action_out, g, x).item()
