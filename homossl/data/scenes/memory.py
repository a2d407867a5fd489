"""Scenes held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import torch
from torch import Tensor

from groups import Element
from homossl.data.delivery import as_float, as_floats, delivered, fits
from homossl.data.scenes.batch import SceneBatch
from homossl.data.scenes.checks import check_classes, check_scenes
from homossl.data.scenes.objects import main_classes
from homossl.types import Batch


@dataclass(frozen=True, eq=False)
class Scenes:
    """Scenes on one device, held as one batch; x and the mask may be uint8 there.

    >>> held = SceneBatch(torch.zeros(1, 3, 9, 9), torch.ones(1, 9, 9).long(), None, (torch.tensor([0]),))
    >>> Scenes(held, ("cat",)).shape
    (3, 9, 9)

    Raises:
        ValueError: a part is of another shape or type, a box is not in its image or has no area, or a label or a value
            of the mask is no class; it names the scene.
    """

    held: SceneBatch
    """All scenes."""
    classes: tuple[str, ...]
    """Names of the objects' classes, without the ground."""
    poses: tuple[Element, ...] | None = None
    """Where each object is, (k) for each image, where that is known."""
    y: Tensor | None = None
    """The class of each image, (n) int64; None finds that of its largest object."""
    device: str | None = None
    """Where batches are delivered, if it is not where scenes are held."""

    def __post_init__(self) -> None:
        check_scenes(self.held, self.classes)
        if self.y is not None:
            check_classes(self.y, len(self.held), len(self.classes))

    def __len__(self) -> int:
        return len(self.held)

    @property
    def shape(self) -> tuple[int, ...]:
        """(c h w) of one image."""
        return tuple(self.held.x.shape[1:])

    @property
    def has_masks(self) -> bool:
        """Whether scenes have masks."""
        return self.held.mask is not None

    @property
    def has_boxes(self) -> bool:
        """Whether scenes have boxes."""
        return self.held.boxes is not None

    @cached_property
    def labels(self) -> Tensor:
        """The class of each image, (n) int64.

        Raises:
            ValueError: a scene shows no object.
        """
        return main_classes(self.held) if self.y is None else self.y

    def to(self, device: torch.device | str) -> Scenes:
        """The same scenes held on another device, or by the host for it where they take too much of its memory."""
        tensors = [part for parts in self.held.parts.values() for part in parts]
        if not fits(device, *tensors):
            return replace(self, device=str(device))
        y = None if self.y is None else self.y.to(device)
        return replace(self, held=self.held.to(device), y=y, device=None)

    def batch(self, index: Tensor) -> Batch:
        """The images at index: (b), as float32 in [0, 1], with their classes, where they are held."""
        return as_floats(self._decoded(index))

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given."""
        return map(self.batch, indices) if self.device is None else delivered(map(self._decoded, indices), self.device)

    def scenes(self, indices: Iterable[Tensor]) -> Iterator[SceneBatch]:
        """One batch of scenes for each index: (b), in the order given."""
        return delivered_scenes((self.held[index] for index in indices), self.device)

    def _decoded(self, index: Tensor) -> Batch:
        index = index.to(self.held.x.device)
        return Batch(self.held.x[index], self.labels[index])


def delivered_scenes(batches: Iterable[SceneBatch], device: str | None) -> Iterator[SceneBatch]:
    """Batches on a device (None: where they are), with x as float32 in [0, 1] and masks as int64."""
    arrived = batches if device is None else delivered(cast(Any, batches), device)
    return map(as_read, cast(Iterable[SceneBatch], arrived))


def as_read(batch: SceneBatch) -> SceneBatch:
    """The batch with x as float32 in [0, 1] and masks as int64."""
    mask = None if batch.mask is None else batch.mask.long()
    return replace(batch, x=as_float(batch.x), mask=mask)
