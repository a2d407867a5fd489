"""Scenes read from files: held in memory where they fit, streamed where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

import torch
from torch import Tensor

from homossl.data.scenes.batch import SceneBatch, joined
from homossl.data.scenes.memory import Scenes, delivered_scenes
from homossl.data.scenes.objects import main_classes
from homossl.data.stream import CHUNK, StreamedImages
from homossl.types import Batch


class SceneItems(Protocol):
    """A map-style Dataset of batches of one scene each, of one size, with what all of them know."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> SceneBatch: ...


@dataclass(frozen=True, eq=False)
class StreamedScenes(StreamedImages):
    """Scenes that are read anew for each batch by a torch DataLoader, in the order that `Scenes` would follow.

    workers is the number of reading processes (0: this one); it changes the speed, never the batches.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """(c h w) of one image."""
        return tuple(self._first.x.shape[1:])

    @property
    def has_masks(self) -> bool:
        """Whether scenes have masks."""
        return self._first.mask is not None

    @property
    def has_boxes(self) -> bool:
        """Whether scenes have boxes."""
        return self._first.boxes is not None

    def to(self, device: torch.device | str) -> StreamedScenes:
        """The same scenes, with batches delivered on another device."""
        return replace(self, device=str(device))

    def scenes(self, indices: Iterable[Tensor]) -> Iterator[SceneBatch]:
        """One batch of scenes for each index: (b), in the order given."""
        return delivered_scenes(cast(Iterator[SceneBatch], self.read(indices)), self.device)

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch of images for each index: (b), each with the class of its largest object."""
        return (Batch(scenes.x, main_classes(scenes)) for scenes in self.scenes(indices))

    @property
    def _first(self) -> SceneBatch:
        return cast(SceneBatch, self.items[0])

    @staticmethod
    def _joined(samples: list[Any]) -> SceneBatch:
        return joined(samples)


def hold_or_stream(
    items: SceneItems, classes: tuple[str, ...], memory_limit: int, workers: int
) -> Scenes | StreamedScenes:
    """The scenes in memory when they take about memory_limit bytes at most, going by the first one, else streamed."""
    streamed = StreamedScenes(cast(Any, items), classes, workers)
    if len(items) * nbytes(items[0]) > memory_limit:
        return streamed
    chunks = torch.arange(len(items)).split(CHUNK)
    return Scenes(joined(cast(list[SceneBatch], list(streamed.read(chunks)))), classes)


def nbytes(scenes: SceneBatch) -> int:
    """How much memory a batch takes."""
    return sum(part.nbytes for parts in scenes.parts.values() for part in parts)
