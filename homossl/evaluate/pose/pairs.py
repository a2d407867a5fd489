"""Latents of both views of images, and the motions between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from groups import Element
from homossl.data import AnySamples
from homossl.evaluate.features import any_weight, frozen
from homossl.evaluate.latent.finite import check_finite
from homossl.objectives import Readout
from homossl.types import Batch, Draw
from homossl.views import ViewSource


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
    images: AnySamples,
    views: ViewSource,
    rng: torch.Generator,
    readout: Readout = Readout(),
    draws: int = 1,
) -> LatentPairs:
    """Draw so many pairs of views of each image, and encode them with the frozen encoder, on the CPU.

    Raises:
        ValueError: the group moves nothing, or latents are infinite or not numbers.
        TypeError: the views are not two inputs of each image.
    """
    left, right, motions = [], [], []
    for _ in range(draws):
        for z, g in moved_latents(encoder, images, views, rng):
            for side, found in zip(z, (left, right), strict=True):
                found.append(readout(side).cpu())
            motions.append((g[1] @ ~g[0]).to("cpu"))
    params = torch.cat([motion.params for motion in motions])
    return LatentPairs(torch.cat(left), torch.cat(right), Element(motions[0].group, params))


def moved_latents(
    encoder: nn.Module, images: AnySamples, views: ViewSource, rng: torch.Generator, batch_size: int = 256
) -> Iterator[tuple[Tensor, Element]]:
    """Latents (2 b *event) of both views of images, batch by batch, and the motions of the views, (2 b)."""
    like = any_weight(encoder)
    for batch in images.batches(torch.arange(len(images)).split(batch_size)):
        motion = None if batch.motion is None else batch.motion.to(like.device)
        draw = views.draw(Batch(batch.x.to(like), batch.y, motion), rng)
        _check_views(views, draw, len(batch))
        with frozen(encoder):  # type: ignore[arg-type]
            z = encoder(draw.x)
        check_finite("latents", z)
        yield z.unflatten(0, (2, -1)), draw.g


def _check_views(views: ViewSource, draw: Draw, images: int) -> None:
    if len(draw.x) != 2 * images:
        raise TypeError(f"expected views that are two inputs of each image, got {len(draw.x)} of {images} from {views}")
    if draw.g.group.order == 1:
        raise ValueError(f"expected motions of a group that moves something, got {draw.g.group}, of one element")
