"""What all scenes have in common that are read from files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from torch import Tensor

from homossl.data.folder import decode
from homossl.data.scenes.any_scenes import AnyScenes
from homossl.data.scenes.batch import SceneBatch
from homossl.data.scenes.fitted import fitted
from homossl.data.scenes.stream import hold_or_stream
from homossl.data.split import Split, check_split
from homossl.data.stream import MEMORY_LIMIT

if TYPE_CHECKING:
    from homossl.data.scenes.moved import MovedScenes


@dataclass(frozen=True, kw_only=True)
class RealScenes(ABC):
    """Images of any shape with annotations, x: (n channels size size) uint8.

    An image is turned upright as its EXIF tag says, and annotations are of it as it is then. Its longer side is resized
    to size pixels; the rest of the square about it is black, and VOID in masks. Above memory_limit bytes for a split,
    scenes are read anew for each batch, and faults are found then. A process keeps the last two splits it read.
    """

    size: int = 129
    """Pixels along each side."""
    channels: Literal[1, 3] = 3
    """1 for gray, 3 for colour."""
    memory_limit: int = MEMORY_LIMIT
    """Bytes above which a split is read anew for each batch."""
    workers: int = 2
    """Processes that read; 0 reads in this one."""

    def __post_init__(self) -> None:
        if self.size < 1 or self.channels not in (1, 3):
            seen = f"size={self.size}, channels={self.channels}"
            raise ValueError(f"{type(self).__name__} needs a size of at least 1 pixel and 1 or 3 channels, got {seen}")

    def load(self, split: Split) -> AnyScenes:
        """The scenes of one split.

        Raises:
            FileNotFoundError: a file or a folder is missing.
            ValueError: a file cannot be read, or an annotation is broken; it names the file.
        """
        check_split(split)
        return _loaded(self, split)

    def moved(self, turn: float = 0.0, zoom: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> MovedScenes:
        """The same scenes turned by degrees counter-clockwise, zoomed, then shifted by pixels to the right and up."""
        from homossl.data.scenes.moved import MovedScenes  # which is one of these, too

        return MovedScenes(self, turn=turn, zoom=zoom, shift=shift)

    @abstractmethod
    def files(self, split: Split) -> SceneFiles:
        """The files of one split."""


@dataclass(frozen=True)
class SceneFiles(ABC):
    """Images with their annotations, decoded on demand: item i is one scene of size x size pixels."""

    images: tuple[Path, ...]
    classes: tuple[str, ...]
    size: int
    channels: Literal[1, 3]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> SceneBatch:
        return fitted(self.annotated(index, decode(self.images[index], self.channels)[None]), self.size)

    @abstractmethod
    def annotated(self, index: int, x: Tensor) -> SceneBatch:
        """Image number `index`, x: (1 c h w) uint8, with its annotation at its own resolution."""


@lru_cache(maxsize=2)
def _loaded(spec: RealScenes, split: Split) -> AnyScenes:
    files = spec.files(split)
    if not len(files):
        raise FileNotFoundError(f"no images for the {split} split of {spec}")
    return hold_or_stream(files, files.classes, spec.memory_limit, spec.workers)
