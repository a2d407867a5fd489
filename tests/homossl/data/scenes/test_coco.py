"""Images with a JSON of COCO's format: what it says is read, and what is wrong with it is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from homossl.data import COCO, VOID, CocoJson, MovedScenes, Scenes
from homossl.train.spec_json import decode, encode

Data = dict[str, Any]


def rectangle(x: float, y: float, w: float, h: float) -> list[list[float]]:
    return [[x, y, x + w, y, x + w, y + h, x, y + h]]


def example() -> Data:
    """Three images of 8 x 12 pixels (h x w): two objects, a crowd, and nothing."""
    runs = {"size": [8, 12], "counts": [0, 16, 80]}  # the first two columns
    return {
        "images": [{"id": 7 - i, "file_name": f"{i}.png", "height": 8, "width": 12} for i in range(3)],
        "categories": [{"id": 90, "name": "dog"}, {"id": 3, "name": "cat"}],
        "annotations": [
            {"id": 1, "image_id": 7, "category_id": 90, "bbox": [2, 2, 4, 4], "segmentation": rectangle(2, 2, 4, 4)},
            {"id": 2, "image_id": 7, "category_id": 3, "bbox": [4, 4, 8, 4], "segmentation": rectangle(4, 4, 8, 4)},
            {"id": 3, "image_id": 6, "category_id": 3, "bbox": [0, 0, 2, 8], "segmentation": runs, "iscrowd": 1},
        ],
    }


def write(root: Path, data: Data, folder: str = "train", annotations: str = "train.json") -> Path:
    (root / folder).mkdir(parents=True, exist_ok=True)
    (root / annotations).parent.mkdir(parents=True, exist_ok=True)
    (root / annotations).write_text(json.dumps(data))
    for i in range(3):
        Image.new("RGB", (12, 8), (10 * i, 0, 0)).save(root / folder / f"{i}.png")
    return root


def read(root: Path, **options: Any) -> Any:
    return CocoJson(str(root), **{"size": 12, "workers": 0, **options}).load("train")


def test_boxes_masks_and_crowds(tmp_path: Path) -> None:
    scenes = read(write(tmp_path, example()))
    assert (len(scenes), scenes.classes, scenes.shape) == (
        2,
        ("cat", "dog"),
        (3, 12, 12),
    )  # the empty image is left out
    (batch,) = scenes.scenes([torch.arange(2)])
    crowd, pair = batch.boxes  # in the order of the ids of the images
    assert crowd.tolist() == [[0, 2, 2, 10]]
    assert pair.tolist() == [[2, 4, 6, 8], [4, 6, 12, 10]]
    assert [part.tolist() for part in batch.labels] == [[0], [1, 0]]
    assert [part.tolist() for part in batch.crowd] == [[True], [False, False]]
    mask = batch.mask[1]
    assert (mask[:2] == VOID).all()
    assert (mask[6:8, 4:6] == VOID).all()  # both classes
    assert (mask[4:6, 2:6] == 2).all()
    assert (mask[8:10, 4:12] == 1).all()
    assert batch.instances[1].sum((1, 2)).tolist() == [16, 32]
    assert scenes.labels.tolist() == [0, 0]  # the larger one


def test_the_same_as_torchvision_and_pycocotools_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from torchvision.datasets import CocoDetection

    root = write(tmp_path, example())
    theirs = CocoDetection(root / "train", str(root / "train.json"))
    (ours,) = read(root, empty=True).scenes([torch.arange(3)])
    for i, (_, things) in enumerate(theirs):
        masks = np.stack([theirs.coco.annToMask(thing) for thing in things] or [np.zeros((8, 12))])[: len(things)]
        assert ours.instances[i][:, 2:10].equal(torch.from_numpy(masks).bool())
        sides = torch.tensor([thing["bbox"] for thing in things]).reshape(-1, 4)
        assert ours.boxes[i].equal(
            torch.cat([sides[:, :2], sides[:, :2] + sides[:, 2:]], 1) + torch.tensor([0, 2, 0, 2])
        )
    assert len(theirs) == 3
    capsys.readouterr()  # pycocotools prints


def test_boxes_only(tmp_path: Path) -> None:
    data = example()
    for thing in data["annotations"]:
        del thing["segmentation"]
    scenes = read(write(tmp_path, data), masks=False)
    assert (scenes.has_masks, scenes.has_boxes) == (False, True)
    with pytest.raises(
        ValueError, match=r"train\.json: annotation 3: expected polygons or run lengths, got None; masks=F"
    ):
        read(tmp_path)


def change(i: int, **values: Any) -> Callable[[Data], None]:
    return lambda data: data["annotations"][i].update(values)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (change(1, bbox=[4, 4, 10, 4]), "annotation 2: expected a box within 0 0 12 8, got 4 4 14 8"),
        (change(1, bbox=[4, 4, 0, 4]), "annotation 2: expected a box x0 y0 x1 y1 with an area, got 4 4 4 8"),
        (change(1, bbox=[4, 4, float("nan"), 4]), "annotation 2: expected a box within"),
        (change(1, bbox=[4, 4, 4]), r"annotation 2: expected a bbox of x, y, width and height, got \[4, 4, 4\]"),
        (change(1, category_id=5), r"annotation 2: expected one of the categories \[3, 90\], got 5"),
        (change(1, image_id=1), "annotation 2: expected the id of one of 3 images, got 1"),
        (change(1, id=1), "annotation 1: expected ids to be there once"),
        (change(1, segmentation=[]), "annotation 2: expected a segmentation, got an empty one"),
        (change(1, segmentation=[[1, 2, 3, 4]]), "annotation 2: expected polygons of at least 3 points .* 4 numbers"),
        (change(1, segmentation=rectangle(4.2, 4.2, 0.1, 0.1)), "annotation 2: .* covers a pixel, got an empty one"),
        (change(2, segmentation={"size": [8, 8], "counts": [64]}), r"annotation 3: .* 8 x 12 pixels .* got \[8, 8\]"),
        (change(2, segmentation=5), "annotation 3: expected polygons or run lengths, got 5"),
    ],
)
def test_a_broken_object_is_named_or_left_out(tmp_path: Path, harm: Callable[[Data], None], told: str) -> None:
    data = example()
    read(write(tmp_path, data), size=11)  # control
    harm(data)
    write(tmp_path, data)
    with pytest.raises(ValueError, match=rf"train\.json: (1 broken annotations, first )?{told}"):
        read(tmp_path)


def test_broken_objects_are_left_out_with_a_warning(tmp_path: Path) -> None:
    data = example()
    change(1, bbox=[4, 4, 0, 4])(data)
    change(2, segmentation=[])(data)
    with pytest.warns(UserWarning, match=r"train\.json: 1 broken annotations, first annotation 2: .*; left out"):
        scenes = read(write(tmp_path, data), broken="drop")
    assert [part.tolist() for part in scenes.held.labels] == [[0], [1]]
    assert not scenes.held.instances[0].any()  # its mask was broken, not its box


def drop(*keys: str) -> Callable[[Data], None]:
    def harm(data: Data) -> None:
        part: Any = data
        for key in keys[:-1]:
            part = part[int(key) if key.isdigit() else key]
        del part[keys[-1]]

    return harm


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (drop("categories"), "with lists of images, categories, annotations"),
        (drop("annotations", "0", "bbox"), r"expected \['bbox', .*\] in number 0 of annotations"),
        (drop("images", "1", "file_name"), "in number 1 of images"),
        (lambda data: data["images"][0].update(id=6), "expected each id of images once, got 6 more often"),
        (lambda data: data["categories"][0].update(id=3), "expected each id of categories once, got 3 more often"),
        (lambda data: data["categories"].clear(), "expected categories, got none"),
    ],
)
def test_a_file_of_another_format_is_named(tmp_path: Path, harm: Callable[[Data], None], told: str) -> None:
    data = example()
    harm(data)
    with pytest.raises(ValueError, match=rf"train\.json: .*{told}"):
        read(write(tmp_path, data))


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"train\.json"):
        read(tmp_path)
    root = write(tmp_path, example())
    (root / "train" / "1.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"train\.json: 1 of 2 files are missing, first .*1\.png"):
        read(root)
    Image.new("RGB", (8, 8)).save(root / "train" / "1.png")
    with pytest.raises(ValueError, match=r"1\.png: .*train\.json says height and width \(8, 12\), got \(8, 8\)"):
        read(root)
    (root / "train.json").write_text("{")
    with pytest.raises(ValueError, match=r"train\.json: expected a JSON of COCO's format"):
        read(root)
    data = example()
    data["annotations"] = []
    with pytest.raises(FileNotFoundError, match="no images for the train split"):
        read(write(root, data))


def test_coco_in_its_own_folders(tmp_path: Path) -> None:
    for part in ("train2017", "val2017"):
        write(tmp_path, example(), part, f"annotations/instances_{part}.json")
    spec = COCO(str(tmp_path), size=12, workers=0, masks=False)
    assert len(spec.load("train")) == len(spec.load("test")) == 2
    assert decode(encode(spec), "data") == spec
    moved = spec.moved(shift=(3.0, 0.0))
    assert moved == MovedScenes(spec, shift=(3.0, 0.0))
    (batch,) = moved.load("test").scenes([torch.arange(2)])
    assert batch.boxes is not None
    assert batch.boxes[1].tolist() == [[5, 4, 9, 8], [7, 6, 12, 10]]
    with pytest.raises(ValueError, match=r"COCO\.broken is one of"):
        COCO(broken="ignore")  # type: ignore[arg-type]


def test_sizes_may_be_missing(tmp_path: Path) -> None:
    data = example()
    for image in data["images"]:
        del image["height"]
    assert isinstance(read(write(tmp_path, data)), Scenes)
    change(1, bbox=[4, 4, 10, 4])(data)
    with pytest.raises(ValueError, match=r"train\.json: image 0\.png: expected a box within 0 0 12 8"):
        read(write(tmp_path, data), size=11)
