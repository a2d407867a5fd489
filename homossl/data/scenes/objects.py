"""Where objects are, from their masks: boxes, areas, and the class of a whole image."""

from __future__ import annotations

import torch
from torch import Tensor

from homossl.data.scenes.batch import VOID, SceneBatch


def boxes_of(instances: Tensor) -> Tensor:
    """The smallest boxes about masks (*k h w) bool, (*k 4) float32: x0 y0 x1 y1 in pixels; an empty mask gives zeros.

    >>> boxes_of(torch.tensor([[[False, True, True], [False, False, False]]]))
    tensor([[1., 0., 3., 1.]])
    """
    (left, right), (top, bottom) = (_ends(instances.any(axis)) for axis in (-2, -1))
    return torch.stack([left, top, right, bottom], dim=-1).float()


def areas_of(boxes: Tensor) -> Tensor:
    """The areas of boxes (*k 4), in pixels."""
    return (boxes[..., 2:] - boxes[..., :2]).prod(-1)


def main_classes(scenes: SceneBatch) -> Tensor:
    """The class of the largest object of each image, by its mask, its box, or the pixels of its class: (b) int64.

    Raises:
        ValueError: an image shows no object.
    """
    if empty := [i for i, labels in enumerate(scenes.labels) if not len(labels)]:
        told = f"{len(empty)} scenes show none, first number {empty[0]}"
        raise ValueError(f"the class of an image is that of its largest object: {told}")
    largest = [int(sizes.argmax()) for sizes in _sizes(scenes)]
    return torch.stack([labels[i] for labels, i in zip(scenes.labels, largest, strict=True)])


def classes_in(mask: Tensor) -> Tensor:
    """The classes in a mask (h w), the one with most pixels first: (k) int64."""
    counts = mask.flatten().long().bincount(minlength=VOID + 1)[1:VOID]
    return counts.argsort(descending=True, stable=True)[: int((counts > 0).sum())]


def _sizes(scenes: SceneBatch) -> list[Tensor]:
    """The size of each object, (k) for each image; where only its class is known, the first one is the largest."""
    if scenes.instances is not None:
        return [masks.sum((-2, -1)) for masks in scenes.instances]
    if scenes.boxes is not None:
        return [areas_of(boxes) for boxes in scenes.boxes]
    return [-torch.arange(len(labels)) for labels in scenes.labels]


def _ends(seen: Tensor) -> tuple[Tensor, Tensor]:
    """The first of what is seen along the last axis, and the one after the last; (*k n) bool -> (*k) int64 each."""
    first, beyond = seen.int().argmax(-1), seen.shape[-1] - seen.flip(-1).int().argmax(-1)
    return first, beyond.where(seen.any(-1), 0)
