"""PASCAL VOC in its layout on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from homossl.data import VOC, VOID, Split
from homossl.train.spec_json import decode, encode


def xml(*objects: tuple[str, tuple[float, ...], int]) -> str:
    sides = ("xmin", "ymin", "xmax", "ymax")
    told = [
        f"<object><name>{name}</name><difficult>{difficult}</difficult><bndbox>"
        + "".join(f"<{side}>{value}</{side}>" for side, value in zip(sides, box, strict=True))
        + "</bndbox><part><name>head</name><bndbox><xmin>1</xmin></bndbox></part></object>"
        for name, box, difficult in objects
    ]
    return f"<annotation><size><width>12</width><height>8</height></size>{''.join(told)}</annotation>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two images for training and one for testing, of 8 x 12 pixels; the second has no mask."""
    for year, parts in (("2012", ("train", "val")), ("2007", ("trainval", "test"))):
        base = tmp_path / "VOCdevkit" / f"VOC{year}"
        kinds = ("JPEGImages", "Annotations", "SegmentationClass", "ImageSets/Main", "ImageSets/Segmentation")
        for kind in kinds:
            (base / kind).mkdir(parents=True)
        for part, seen, masked in zip(parts, ("a\nb\n", "c\n"), ("a\n", "c\n"), strict=True):
            (base / "ImageSets" / "Main" / f"{part}.txt").write_text(seen)
            (base / "ImageSets" / "Segmentation" / f"{part}.txt").write_text(masked)
        for name in "abc":
            Image.new("RGB", (12, 8), (0, 50, 0)).save(base / "JPEGImages" / f"{name}.jpg")
            told = xml(("person", (1, 1, 12, 8), 0), ("cat", (3.5, 3, 6, 6), 1))
            (base / "Annotations" / f"{name}.xml").write_text(told)
        for name in "ac":
            mask = np.zeros((8, 12), np.uint8)
            mask[2:6, 2:6], mask[0] = 8, 255
            Image.fromarray(mask).convert("P").save(base / "SegmentationClass" / f"{name}.png")
            Image.fromarray(mask).save(base / "SegmentationClass" / f"{name}.png")
    return tmp_path


def read(root: Path, split: Split = "train", **options: Any) -> Any:
    return VOC(**{"root": str(root), "size": 12, "workers": 0, **options}).load(split)


@pytest.mark.parametrize("year", ["2007", "2012"])
def test_masks_and_boxes(root: Path, year: Any) -> None:
    train, test = (read(root, split, year=year) for split in ("train", "test"))
    assert (len(train), len(test), len(train.classes), train.shape) == (1, 1, 20, (3, 12, 12))
    (batch,) = train.scenes([torch.tensor([0])])
    assert batch.boxes[0].tolist() == [[0, 2, 12, 10], [2.5, 4, 6, 8]]
    assert [train.classes[label] for label in batch.labels[0]] == ["person", "cat"]
    assert batch.crowd[0].tolist() == [False, True]
    assert (batch.mask[0, :3] == VOID).all()
    assert (batch.mask[0, 4:8, 2:6] == 8).all()
    assert train.classes[8 - 1] == "cat"
    assert train.labels.tolist() == [14]


def test_all_images_have_boxes(root: Path) -> None:
    scenes = read(root, masks=False)
    assert (len(scenes), scenes.has_masks, scenes.has_boxes) == (2, False, True)


def edit(kind: str, text: str) -> Callable[[Path], Any]:
    return lambda base: (base / kind).write_text(text)


@pytest.mark.parametrize(
    ("harm", "error", "told"),
    [
        (edit("Annotations/a.xml", xml(("cat", (1, 1, 14, 8), 0))), ValueError, r"a\.xml: .* 0 0 12 8, got 0 0 14 8"),
        (edit("Annotations/a.xml", xml(("cat", (5, 1, 4, 8), 0))), ValueError, r"a\.xml: .* an area, got 4 0 4 8"),
        (edit("Annotations/a.xml", xml(("unicorn", (1, 1, 4, 8), 0))), ValueError, r"a\.xml: .* class 'unicorn'"),
        (edit("Annotations/a.xml", "<annotation>"), ValueError, r"a\.xml: expected an annotation of PASCAL VOC: no el"),
        (
            edit("Annotations/a.xml", xml(("cat", (1, 1, 4, 8), 0)).replace("ymax", "other")),
            ValueError,
            r"a\.xml: .* got a cat with a box of \['1', '1', '4', None\]",
        ),
        (
            lambda base: Image.new("L", (12, 8), 33).save(base / "SegmentationClass" / "a.png"),
            ValueError,
            r"a\.png: expected a mask of values .*, got \[33\] too",
        ),
        (lambda base: (base / "JPEGImages" / "a.jpg").unlink(), FileNotFoundError, r"VOC 2012 train: 1 of 3 .*a\.jpg"),
    ],
)
def test_a_broken_annotation_is_named(
    root: Path, harm: Callable[[Path], Any], error: type[Exception], told: str
) -> None:
    read(root, size=11)  # control
    harm(root / "VOCdevkit" / "VOC2012")
    with pytest.raises(error, match=told):
        read(root)


def test_missing_data_and_years(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"VOC: looked in .*download=True.* downloads it into that folder"):
        read(tmp_path)
    with pytest.raises(ValueError, match=r"VOC\.year is one of .*, got '2013'"):
        VOC(year="2013")  # type: ignore[arg-type]
    assert decode(encode(VOC(size=65)), "data") == VOC(size=65)
