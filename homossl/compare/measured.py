"""Everything that is measured of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from homossl.data import AnySamples
from homossl.encoders import Encoder
from homossl.evaluate import Scores, evaluate, features
from homossl.evaluate.features import any_weight
from homossl.evaluate.latent import LatentStructure, latent_structure
from homossl.evaluate.pose import PoseScores, Regressor, latent_pairs, pose_scores
from homossl.views import ViewSource

LABELS = (1, 5, 10)
"""Labels per class of the accuracies with few labels, where every class has as many."""
PAIRS = 20_000
"""Pairs of training images to read motions from, where four of each image would be more."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What is measured of one encoder on held-out images; the pose is kept unless it says otherwise."""

    accuracy: Scores
    """Test accuracies."""
    latents: LatentStructure
    """The structure of the latents of test images."""
    pose: PoseScores
    """What they tell of a motion."""

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {name: getattr(self, name).to_dict() for name in ("accuracy", "latents", "pose")}


def measure(
    encoder: Encoder,
    train: AnySamples,
    test: AnySamples,
    views: ViewSource,
    *,
    regressor: Regressor | None = None,
    seed: int = 0,
) -> Measured:
    """Measure a frozen encoder: fit on train, score on test, move inputs as the views do."""
    rarest = int(labels_of(train).unique(return_counts=True)[1].min())
    labels, draws = [k for k in LABELS if k <= rarest], max(1, min(4, PAIRS // len(train)))
    rng = torch.Generator(any_weight(encoder).device).manual_seed(seed)
    positives = latent_pairs(encoder, test, views, rng)
    z, y = features(encoder, test), labels_of(test)
    return Measured(
        evaluate(encoder, train, test, labels_per_class=labels, seed=seed),
        latent_structure(z, y, positives=(positives.left, positives.right), seed=seed),
        pose_scores(encoder, train, test, views, regressor=regressor, draws=draws, seed=seed),
    )


def labels_of(images: AnySamples) -> Tensor:
    """The label of every image, (n) on the CPU."""
    batches = images.batches(torch.arange(len(images)).split(512))
    return torch.cat([batch.y.cpu() for batch in batches if batch.y is not None])
