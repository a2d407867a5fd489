"""Do latents follow an action: is the view that it leads to the nearest to where it is predicted?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from groups import Element
from homossl.data import AnySamples
from homossl.evaluate.pose.pairs import moved_latents
from homossl.evaluate.pose.predictors import Predictor
from homossl.evaluate.pose.ranks import Ranks, rank
from homossl.views import InputAugmentation

Samples = dict[str, dict[str, Tensor]]
"""measure -> what the motion was held against or replaced by -> a value for each image, (n)."""

LEGACY = " (legacy, identity pair kept)"
KS = (1, 5)


def retrieval(
    encoder: nn.Module,
    images: AnySamples,
    views: InputAugmentation,
    predictor: Predictor,
    rng: torch.Generator,
    count: int = 8,
) -> Samples:
    """Reciprocal ranks and hits of each image, among so many views of it, with and without the identity pair.

    Beside the true motion of a query the latent is predicted with the "shuffled" one of another pair, and with the
    "identity", which leaves the latent of the source; "chance" ranks at random.

    Raises:
        ValueError: no view of any image is after another motion than its source.
    """
    found: dict[str, dict[str, list[Tensor]]] = {}
    for z, g in seen_views(encoder, images, views, rng, count):
        other = views.motion.draw(g.group, g.shape.numel(), rng)
        shuffled = (other[1] @ ~other[0]).reshape(*g.shape)
        for measure, values in measured(predictor, z, g, shuffled).items():
            for name, value in values.items():
                found.setdefault(measure, {}).setdefault(name, []).append(value.cpu())
    samples = {measure: {name: torch.cat(parts) for name, parts in values.items()} for measure, values in found.items()}
    if not len(samples["MRR"]["true"]):
        raise ValueError(f"expected views of an image after different motions, got none from {views.motion}")
    return samples


def seen_views(
    encoder: nn.Module, images: AnySamples, views: InputAugmentation, rng: torch.Generator, count: int
) -> Iterator[tuple[Tensor, Element]]:
    """Batches of latents (b v *event) of v = count + 1 views of images, and their motions (b v).

    The first view, the source, is the left one of a pair, and the others are the right ones of as many pairs.
    """
    for draws in zip(*[moved_latents(encoder, images, views, rng) for _ in range(count)], strict=True):
        latents, motions = zip(*draws, strict=True)
        yield _first_and_seconds(latents), Element(motions[0].group, _first_and_seconds([g.params for g in motions]))


def _first_and_seconds(pairs: Sequence[Tensor]) -> Tensor:
    return torch.stack([pairs[0][0], *[pair[1] for pair in pairs]], dim=1)


def measured(predictor: Predictor, z: Tensor, g: Element, shuffled: Element) -> Samples:
    """Ranks and hits of a batch, z: (b v *event) after motions g: (b v)."""
    motion = g @ ~g[:, :1]
    motions = {"true": motion, "shuffled": shuffled, "identity": motion @ ~motion}
    predicted = {name: predictor.predict(z[:, 0], moved) for name, moved in motions.items()}
    seen = torch.stack([predictor.read(view) for view in z.unbind(1)], dim=1)
    samples: Samples = {}
    for source, suffix in ((False, ""), (True, LEGACY)):
        ranks = {name: rank(there, seen, g, source=source) for name, there in predicted.items()}
        samples |= _of_images(ranks | {"chance": ranks["true"].by_chance()}, suffix)
    return samples


def _of_images(ranks: dict[str, Ranks], suffix: str) -> Samples:
    values: dict[str, Any] = {"MRR": Ranks.reciprocal} | {f"H@{k}": lambda r, k=k: r.hit(k) for k in KS}
    return {
        measure + suffix: {name: r.over_images(value(r)) for name, r in ranks.items()}
        for measure, value in values.items()
    }
