"""PASCAL VOC."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from xml.etree import ElementTree

import torch
from torch import Tensor

from homossl.data.scenes.batch import VOID, SceneBatch
from homossl.data.scenes.reading import clipped, read_mask, require_files
from homossl.data.scenes.real import SceneFiles
from homossl.data.scenes.standard import StandardScenes
from homossl.data.split import Split

CLASSES = (
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
)
"""In the order of their values in masks, from 1."""
Year = Literal["2007", "2008", "2009", "2010", "2011", "2012"]


@dataclass(frozen=True)
class VOC(StandardScenes):
    """PASCAL VOC: photographs with boxes of objects of 20 classes, and masks of some of them.

    2007 has labels of its test set; in other years `val` is for testing and `train` for training. With masks, only
    images that have one are read. Difficult objects are marked like crowds. Boxes, 1-based and inclusive in the files,
    become x0 - 1, y0 - 1, x1, y1. Source: Everingham et al., The PASCAL Visual Object Classes Challenge: A
    Retrospective (IJCV 2015).

    Raises:
        ValueError: there was no such year.
    """

    year: Year = "2012"
    """Year of the challenge."""
    masks: bool = True
    """Read the images with masks, rather than all images, which have boxes only."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.year not in get_args(Year):
            raise ValueError(f"VOC.year is one of {get_args(Year)}, got {self.year!r}")

    def files(self, split: Split) -> VOCFiles:
        parts = {"train": "trainval", "test": "test"} if self.year == "2007" else {"train": "train", "test": "val"}
        opened = self._open("VOCSegmentation" if self.masks else "VOCDetection", year=self.year, image_set=parts[split])
        images = tuple(map(Path, opened.images))
        boxes = tuple(path.parents[1] / "Annotations" / f"{path.stem}.xml" for path in images)
        masks = tuple(map(Path, opened.masks)) if self.masks else None
        require_files((*images, *boxes, *(masks or ())), f"VOC {self.year} {parts[split]}")
        return VOCFiles(images, CLASSES, self.size, self.channels, boxes, masks)


@dataclass(frozen=True)
class VOCFiles(SceneFiles):
    """Images of PASCAL VOC with the files of their boxes, and of their masks if these are read."""

    boxes: tuple[Path, ...]
    masks: tuple[Path, ...] | None

    def annotated(self, index: int, x: Tensor) -> SceneBatch:
        sides, labels, difficult = read_objects(self.boxes[index], self.classes)
        boxes = clipped(sides, x, str(self.boxes[index]))
        values = {value: value for value in (*range(len(self.classes) + 1), VOID)}
        mask = None if self.masks is None else read_mask(self.masks[index], x, values)
        return SceneBatch(x, mask, (boxes,), (labels,), (difficult,))


def read_objects(path: Path, classes: tuple[str, ...]) -> tuple[list[list[float]], Tensor, Tensor]:
    """Boxes, classes (k) and whether they are difficult (k) of the objects in a file of PASCAL VOC.

    Raises:
        ValueError: the file is no XML, has an object without a name or four sides, or of an unknown class.
    """
    try:
        found = [_object(part, classes) for part in ElementTree.parse(path).iter("object")]
    except (ElementTree.ParseError, ValueError) as error:
        raise ValueError(f"{path}: expected an annotation of PASCAL VOC: {error}") from error
    boxes, labels, difficult = zip(*found, strict=True) if found else ((), (), ())
    return list(boxes), torch.tensor(labels, dtype=torch.int64), torch.tensor(difficult, dtype=torch.bool)


def _object(part: ElementTree.Element, classes: tuple[str, ...]) -> tuple[list[float], int, bool]:
    name, sides = part.findtext("name"), [part.findtext(f"bndbox/{side}") for side in ("xmin", "ymin", "xmax", "ymax")]
    if name not in classes:
        raise ValueError(f"got an object of the unknown class {name!r}")
    if None in sides:
        raise ValueError(f"got a {name} with a box of {sides}")
    x0, y0, x1, y1 = (float(side or "") for side in sides)
    return [x0 - 1, y0 - 1, x1, y1], classes.index(name), part.findtext("difficult") == "1"
