"""Transforms of inputs, which are not group actions, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import takewhile

import torch
from torch import Tensor

from groups import Hiding, PerSample, Transform
from homossl.views.parts import Part, in_parts


def require_transforms(field: str, transforms: object) -> None:
    """Raise TypeError unless a named field is a tuple of Transforms."""
    if not isinstance(transforms, tuple):
        raise TypeError(f"{field} is a tuple of Transforms, got {transforms!r}")
    for transform in transforms:
        if not isinstance(transform, Transform):
            raise TypeError(f"{field} holds Transforms, got {transform!r}")


@dataclass(frozen=True)
class Drawn:
    """Transforms, with what each of (v b) samples is changed by, (v b ...)."""

    steps: tuple[tuple[PerSample, tuple[Tensor, ...]], ...]

    @classmethod
    def of(cls, transforms: Iterable[PerSample], v: int, x: Tensor, rng: torch.Generator) -> Drawn:
        """Drawn in order for v views of each sample of x: (b *event)."""
        views = x[:1].expand(v * len(x), *x.shape[1:])
        steps = ((transform, transform.draw(views, rng)) for transform in transforms)
        return cls(tuple((t, tuple(part.unflatten(0, (v, len(x))) for part in drawn)) for t, drawn in steps))

    @property
    def masks(self) -> list[Tensor]:
        """Which samples transforms hide the motion of, (v b) each."""
        return [drawn[0] for transform, drawn in self.steps if isinstance(transform, Hiding)]

    def apply(self, x: Tensor, part: Part) -> Tensor:
        """Part of the samples, (v' b' *event), after all of the transforms."""
        flat = x.flatten(0, 1)
        for transform, drawn in self.steps:
            flat = transform.apply(flat, *(amount[part].flatten(0, 1) for amount in drawn))
        return flat.unflatten(0, x.shape[:2])


def moved_and_transformed(
    move: Callable[[Part], Tensor], transforms: tuple[Transform, ...], v: int, x: Tensor, rng: torch.Generator
) -> tuple[Tensor, Tensor | None]:
    """v views of each sample of x: (b *event), moved and then transformed, (v b *event'), and which: (v b) are hidden.

    What draws before it is applied follows the motion while a part of the batch is in the cache.
    """
    early = [*takewhile(lambda transform: isinstance(transform, PerSample), transforms)]
    drawn = Drawn.of(early, v, x, rng)  # type: ignore[arg-type]
    views = in_parts(lambda part: drawn.apply(move(part), part), v, x)
    late, hidden = transformed(transforms[len(early) :], views.flatten(0, 1), rng)
    masks = drawn.masks if hidden is None else [*drawn.masks, hidden.unflatten(0, (v, len(x)))]
    return late.unflatten(0, (v, len(x))), torch.stack(masks).any(0) if masks else None


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
