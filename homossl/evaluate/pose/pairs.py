"""Latents of moved images, and the motions that moved them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from groups import Element
from homossl.data import AnyImages
from homossl.evaluate.features import any_weight, frozen
from homossl.objectives import Readout
from homossl.types import Batch
from homossl.views import InputAugmentation


@dataclass(frozen=True, eq=False)
class LatentPairs:
    """Latents of two views of each image, left, right: (n d), and the motions right = motion left, (n)."""

    left: Tensor
    right: Tensor
    motion: Element

    @property
    def joint(self) -> Tensor:
        """[z_l; z_r], (n 2d)."""
        return torch.cat([self.left, self.right], dim=1)


def latent_pairs(
    encoder: nn.Module,
    images: AnyImages,
    views: InputAugmentation,
    rng: torch.Generator,
    readout: Readout = Readout(),
    draws: int = 1,
) -> LatentPairs:
    """Draw so many pairs of views of each image, and encode them with the frozen encoder, on the CPU."""
    left, right, motions = [], [], []
    for _ in range(draws):
        for z, g in moved_latents(encoder, images, views, rng):
            for side, found in zip(z, (left, right), strict=True):
                found.append(readout(side).cpu())
            motions.append((g[1] @ ~g[0]).params.cpu())
    group = views.action.group  # type: ignore[union-attr]
    return LatentPairs(torch.cat(left), torch.cat(right), Element(group, torch.cat(motions)))


def moved_latents(
    encoder: nn.Module, images: AnyImages, views: InputAugmentation, rng: torch.Generator, batch_size: int = 256
) -> Iterator[tuple[Tensor, Element]]:
    """Latents (2 b *event) of both views of images, batch by batch, and the motions of the views, (2 b)."""
    like = any_weight(encoder)
    for batch in images.batches(torch.arange(len(images)).split(batch_size)):
        draw = views.draw(Batch(batch.still.to(like), batch.y), rng)
        with frozen(encoder):  # type: ignore[arg-type]
            z = encoder(draw.x)
        yield z.unflatten(0, (2, -1)), draw.g
