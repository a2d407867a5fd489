"""Images with annotations in a JSON of COCO's format: a user's own, or COCO itself."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import torch
from torch import Tensor

from homossl.data.scenes.batch import SceneBatch
from homossl.data.scenes.coco_index import Entry, Thing, read_index
from homossl.data.scenes.reading import clipped, require_files
from homossl.data.scenes.real import RealScenes, SceneFiles
from homossl.data.scenes.segments import instance_mask, semantic_mask
from homossl.data.split import Split

Broken = Literal["raise", "drop"]


@dataclass(frozen=True)
class CocoJson(RealScenes):
    """Images in `<root>/train` with their objects in `<root>/train.json`, in COCO's format, and the same for test.

    Classes are the categories in the order of their ids. Objects have boxes and, unless masks=False, instances from
    their polygons or run lengths; in masks, pixels of objects of several classes are VOID. Images that show no object
    are left out. Source: Lin et al., Microsoft COCO: Common Objects in Context (ECCV 2014), and its data format.

    Raises:
        ValueError: what to do with broken objects is neither "raise" nor "drop".
    """

    root: str
    """Folder of all files."""
    train_images: str = "train"
    """Folder of the images for training, in root."""
    train_annotations: str = "train.json"
    """What they show."""
    test_images: str = "test"
    """Folder of the images for testing, in root."""
    test_annotations: str = "test.json"
    """What they show."""
    masks: bool = True
    """Read masks of the objects, which needs pycocotools; without, there are boxes only."""
    empty: bool = False
    """Keep images that show no object; they have no class of their own."""
    broken: Broken = "raise"
    """What is done with broken annotations: an error, or a warning and going on without the object, or its mask."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.broken not in get_args(Broken):
            raise ValueError(f"{type(self).__name__}.broken is one of {get_args(Broken)}, got {self.broken!r}")

    def files(self, split: Split) -> CocoFiles:
        root = Path(self.root).expanduser()
        train = split == "train"
        folder = root / (self.train_images if train else self.test_images)
        path = root / (self.train_annotations if train else self.test_annotations)
        index = read_index(path)
        if index.faults:
            self._meet(path, index.faults)
        entries = tuple(entry for entry in index.entries if entry.objects or self.empty)
        images = tuple(folder / entry.name for entry in entries)
        require_files(images, str(path))
        shape = self.size, self.channels
        return CocoFiles(images, index.classes, *shape, path, entries, self.masks, self.broken == "drop")

    def _meet(self, path: Path, faults: tuple[str, ...]) -> None:
        told = f"{path}: {len(faults)} broken annotations, first {faults[0]}"
        if self.broken == "raise":
            raise ValueError(f"{told}; broken='drop' goes on without them")
        warnings.warn(f"{told}; left out", stacklevel=2)


@dataclass(frozen=True)
class COCO(CocoJson):
    """COCO 2017: 118,287 photographs for training and 5,000 for testing (its val) of 80 classes.

    `<root>` holds train2017, val2017 and annotations, as they are unpacked. A few of its boxes have no area; they are
    left out.
    """

    root: str = "data/coco"
    """Folder of train2017, val2017 and annotations."""
    train_images: str = "train2017"
    """Folder of the images for training, in root."""
    train_annotations: str = "annotations/instances_train2017.json"
    """What they show."""
    test_images: str = "val2017"
    """Folder of the images for testing, in root."""
    test_annotations: str = "annotations/instances_val2017.json"
    """What they show."""
    broken: Broken = "drop"
    """What is done with broken annotations: an error, or a warning and going on without the object, or its mask."""


@dataclass(frozen=True)
class CocoFiles(SceneFiles):
    """Image files with their objects, from one file in COCO's format."""

    path: Path
    entries: tuple[Entry, ...]
    masks: bool
    drop: bool

    def annotated(self, index: int, x: Tensor) -> SceneBatch:
        entry, size = self.entries[index], (x.shape[-2], x.shape[-1])
        if entry.size not in (None, size):
            told = f"{self.path} says height and width {entry.size}"
            raise ValueError(f"{self.images[index]}: expected an image as {told}, got {size}")
        objects = entry.objects
        labels = torch.tensor([thing.label for thing in objects], dtype=torch.int64)
        crowd = torch.tensor([thing.crowd for thing in objects], dtype=torch.bool)
        boxes = clipped([thing.box for thing in objects], x, f"{self.path}: image {entry.name}")
        if not self.masks:
            return SceneBatch(x, None, (boxes,), (labels,), (crowd,))
        instances = torch.stack([self._mask(thing, size) for thing in objects] or [torch.zeros(size).bool()])
        instances = instances[: len(objects)]
        return SceneBatch(x, semantic_mask(instances, labels)[None], (boxes,), (labels,), (crowd,), (instances,))

    def _mask(self, thing: Thing, size: tuple[int, int]) -> Tensor:
        try:
            return instance_mask(thing.segmentation, *size)
        except ValueError as error:
            if self.drop:
                return torch.zeros(size, dtype=torch.bool)
            raise ValueError(f"{self.path}: annotation {thing.id}: {error}") from error
