"""The Oxford-IIIT Pets in their layout on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from homossl.data import VOID, OxfordPet


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A cat and two dogs of two breeds, of 8 x 12 pixels, each 4 x 4 with a border."""
    base = tmp_path / "oxford-iiit-pet"
    (base / "images").mkdir(parents=True)
    (base / "annotations" / "trimaps").mkdir(parents=True)
    trimap = np.full((8, 12), 2, np.uint8)
    trimap[1:7, 1:7], trimap[2:6, 2:6] = 3, 1
    lines = ["Abyssinian_1 1 1 1", "great_dane_7 2 2 1", "beagle_3 3 2 2"]
    for name in (line.split()[0] for line in lines):
        Image.new("RGB", (12, 8)).save(base / "images" / f"{name}.jpg")
        Image.fromarray(trimap).save(base / "annotations" / "trimaps" / f"{name}.png")
    for part in ("trainval", "test"):
        (base / "annotations" / f"{part}.txt").write_text("\n".join(lines))
    return tmp_path


def read(root: Path, **options: Any) -> Any:
    return OxfordPet(**{"root": str(root), "size": 12, "workers": 0, **options}).load("train")


def test_pets_have_masks_boxes_and_labels(root: Path) -> None:
    scenes = read(root)
    assert (scenes.classes, scenes.labels.tolist(), scenes.shape) == (("cat", "dog"), [0, 1, 1], (3, 12, 12))
    (batch,) = scenes.scenes([torch.arange(3)])
    assert all(box.tolist() == [[1, 3, 7, 9]] for box in batch.boxes)
    assert (batch.mask[0, 4:8, 2:6] == 1).all()
    assert (batch.mask[1, 4:8, 2:6] == 2).all()
    assert (batch.mask[:, 3, 1:7] == VOID).all()
    assert (batch.mask[:, 2:10, 7:] == 0).all()
    assert batch.instances[0].sum() == 36


def test_what_is_told_apart(root: Path) -> None:
    assert read(root, label="breed").classes == ("Abyssinian", "great_dane", "beagle")
    assert read(root, label="breed").labels.tolist() == [0, 1, 2]
    assert read(root, label="pet").labels.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match=r"OxfordPet\.label is one of"):
        OxfordPet(label="colour")  # type: ignore[arg-type]


def test_broken_annotations_are_named(root: Path, tmp_path: Path) -> None:
    base = root / "oxford-iiit-pet"
    trimap = base / "annotations" / "trimaps" / "beagle_3.png"
    Image.new("L", (12, 8), 2).save(trimap)
    with pytest.raises(ValueError, match=r"beagle_3\.png: expected a mask that shows a pet \(1\), got none"):
        read(root)
    Image.new("L", (12, 8), 0).save(trimap)
    with pytest.raises(ValueError, match=r"beagle_3\.png: expected a mask of values \[1, 2, 3\], got \[0\] too"):
        read(root)
    trimap.unlink()
    with pytest.raises(FileNotFoundError, match=r"OxfordPet trainval: 1 of 6 files are missing, first .*beagle_3\.png"):
        read(root)


def test_a_broken_list_and_missing_data_are_named(root: Path) -> None:
    path = root / "oxford-iiit-pet" / "annotations" / "trainval.txt"
    with pytest.raises(FileNotFoundError, match=r"OxfordPet: looked in .*download=True"):
        read(root / "elsewhere")
    path.write_text("# list\nbeagle_3 3 2 2\n")
    with pytest.raises(ValueError, match=r"trainval\.txt, line 1: expected `name breed species number`, got '# list'"):
        read(root)
