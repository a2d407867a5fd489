"""Transforms of inputs, which are not group actions, one after the other."""

from __future__ import annotations

import torch
from torch import Tensor

from groups import Transform
from groups.action import Hiding


def require_transforms(field: str, transforms: object) -> None:
    """Raise TypeError unless a named field is a tuple of Transforms."""
    if not isinstance(transforms, tuple):
        raise TypeError(f"{field} is a tuple of Transforms, got {transforms!r}")
    for transform in transforms:
        if not isinstance(transform, Transform):
            raise TypeError(f"{field} holds Transforms, got {transform!r}")


def transformed(transforms: tuple[Transform, ...], x: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor | None]:
    """x: (b *event) after all of them, and the samples (b) whose motion one of them hides; None where none can."""
    masks = []
    for transform in transforms:
        if isinstance(transform, Hiding):
            x, mask = transform.hide(x, rng)
            masks.append(mask)
        else:
            x = transform(x, rng)
    return x, torch.stack(masks).any(0) if masks else None
