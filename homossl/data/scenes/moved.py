"""Scenes that were photographed, moved by warping them when they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from groups import Element
from homossl.data.scenes.any_scenes import AnyScenes, SceneData
from homossl.data.scenes.batch import SceneBatch
from homossl.data.scenes.movable import Movable
from homossl.data.scenes.warped import moved_images, moved_scenes
from homossl.data.split import Split
from homossl.types import Batch


@dataclass(frozen=True)
class MovedScenes(Movable):
    """The scenes of other data, each warped by the same motion of the plane about the centre of the image.

    Images are read bilinearly, black beyond their border; masks at the nearest pixel, VOID beyond it. Boxes are those
    about the moved masks of the objects where there are any, else about the moved corners. Objects of which less than
    a fourth is left are dropped from boxes and labels. An image keeps its class. Ours.

    >>> from homossl.data import DigitScenes
    >>> MovedScenes(DigitScenes(size=33, test=2), turn=90.0).load("test").shape
    (1, 33, 33)
    """

    data: SceneData
    """What is moved."""

    def load(self, split: Split) -> MovedSplit:
        """The moved scenes of one split."""
        return MovedSplit(self.data.load(split), self.motion)


@dataclass(frozen=True, eq=False)
class MovedSplit:
    """The scenes of a split, moved when a batch is read by g: ()."""

    data: AnyScenes
    motion: Element

    def __len__(self) -> int:
        return len(self.data)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the objects' classes, without the ground."""
        return self.data.classes

    @property
    def shape(self) -> tuple[int, ...]:
        """(c h w) of one image."""
        return self.data.shape

    @property
    def has_masks(self) -> bool:
        """Whether scenes have masks."""
        return self.data.has_masks

    @property
    def has_boxes(self) -> bool:
        """Whether scenes have boxes."""
        return self.data.has_boxes

    def to(self, device: torch.device | str) -> MovedSplit:
        """The same scenes on another device."""
        return replace(self, data=self.data.to(device), motion=self.motion.to(device))

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given, with the classes of the images before they were moved."""
        for batch in self.data.batches(indices):
            yield Batch(moved_images(self.motion, batch.x), batch.y)

    def scenes(self, indices: Iterable[Tensor]) -> Iterator[SceneBatch]:
        """One batch of scenes for each index: (b), in the order given."""
        return (moved_scenes(self.motion, scenes) for scenes in self.data.scenes(indices))
