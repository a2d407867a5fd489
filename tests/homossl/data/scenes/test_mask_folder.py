"""A user's own images with files of their masks, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from homossl.data import VOID, MaskFolder, MovedScenes, Scenes, Split, StreamedScenes
from homossl.train.spec_json import decode, encode

CLASSES = ("cat", "dog")


def write(folder: Path, name: str, mask: np.ndarray, **options: Any) -> None:
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    Image.new("RGB", mask.shape[::-1], (0, 100, 200)).save(folder / "images" / f"{name}.jpg", quality=100)
    Image.fromarray(mask.astype(np.uint8)).save(folder / "masks" / f"{name}.png", **options)


def left_half(value: int, h: int = 6, w: int = 12) -> np.ndarray:
    mask = np.zeros((h, w), np.uint8)
    mask[:, : w // 2] = value
    mask[0, 0] = 255
    return mask


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for i in range(10):
        write(tmp_path, f"{i}", left_half(1 + i % 2))
    return tmp_path


def read(root: Path, split: Split = "train", **options: Any) -> Any:
    return MaskFolder(str(root), CLASSES, **{"size": 12, "workers": 0, **options}).load(split)


def test_masks_fit_their_images(root: Path) -> None:
    train, test = read(root), read(root, "test")
    assert (len(train), len(test), train.classes, train.shape) == (8, 2, CLASSES, (3, 12, 12))
    assert (train.has_masks, train.has_boxes) == (True, False)
    assert train.held.x.dtype == torch.uint8
    (batch,) = train.scenes([torch.arange(8)])
    assert set(batch.mask.unique().tolist()) == {0, 1, 2, VOID}
    for mask, label, y in zip(batch.mask, batch.labels, train.labels, strict=True):
        assert (mask[:3] == VOID).all()
        assert (mask[9:] == VOID).all()
        assert mask[3, 0] == VOID
        assert (mask[4:9, :6] == 1 + y).all()
        assert (mask[4:9, 6:] == 0).all()
        assert label.tolist() == [y]
    assert batch.x[:, 2, 5].sub(200 / 255).abs().max() < 0.02


def test_train_and_test_folders(tmp_path: Path) -> None:
    for part, n in (("train", 3), ("test", 2)):
        for i in range(n):
            write(tmp_path / part, f"{i}", left_half(1))
    assert (len(read(tmp_path)), len(read(tmp_path, "test"))) == (3, 2)


def test_one_folder_is_split_by_the_fraction(root: Path) -> None:
    assert (len(read(root, test_fraction=0.5)), len(read(root, "test", test_fraction=0.5))) == (5, 5)
    with pytest.raises(FileNotFoundError, match="no images for the test split"):
        read(root, "test", test_fraction=0.01)


def test_masks_in_black_and_white_and_with_a_palette(root: Path, tmp_path: Path) -> None:
    for i in range(10):
        write(root, f"{i}", np.where(left_half(255) > 0, 255, 0))
    black_and_white = MaskFolder(str(root), ("cat",), size=12, workers=0, values=(255,)).load("train")
    assert isinstance(black_and_white, Scenes)
    assert black_and_white.held.mask is not None
    assert black_and_white.held.mask[:, 3:9].unique().tolist() == [0, 1]
    palette = Image.fromarray(left_half(2)).convert("P")
    palette.putdata(left_half(2).flatten().tolist())
    for i in range(10):
        palette.save(root / "masks" / f"{i}.png")
    assert read(root).labels.unique().tolist() == [1]


def test_above_the_memory_limit_scenes_are_streamed(root: Path) -> None:
    held, streamed = read(root), read(root, memory_limit=1000)
    assert isinstance(held, Scenes)
    assert isinstance(streamed, StreamedScenes)
    assert (streamed.shape, len(streamed), streamed.classes) == (held.shape, 8, CLASSES)
    assert (streamed.has_masks, streamed.has_boxes) == (True, False)
    index = [torch.tensor([4, 0]), torch.tensor([7])]
    for here, there in zip(held.scenes(index), streamed.to("cpu").scenes(index), strict=True):
        assert here.x.equal(there.x)
        assert here.mask is not None
        assert there.mask is not None
        assert here.mask.equal(there.mask)
    for here, there in zip(held.batches(index), streamed.batches(index), strict=True):
        assert here.x.equal(there.x)
        assert here.y.equal(there.y)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_reading_process_names_the_file(root: Path) -> None:
    write(root, "5", left_half(7))
    with pytest.raises(ValueError, match=r"^.*5\.png: expected a mask of values \[0, 1, 2, 255\], got \[7\] too"):
        read(root, test_fraction=0.01, workers=1)


def break_mask(root: Path) -> None:
    (root / "masks" / "3.png").write_bytes(b"no image")


def colour_mask(root: Path) -> None:
    Image.new("RGB", (12, 6)).save(root / "masks" / "3.png")


def deep_mask(root: Path) -> None:
    Image.fromarray(np.zeros((6, 12), np.uint16)).save(root / "masks" / "3.png")


@pytest.mark.parametrize(
    ("harm", "error", "told"),
    [
        (break_mask, ValueError, r"3\.png: expected a mask of one channel with 8 bits"),
        (colour_mask, ValueError, r"3\.png: expected a mask of one channel with 8 bits: got mode RGB"),
        (deep_mask, ValueError, r"3\.png: expected a mask of one channel with 8 bits: got mode I;16"),
        (
            lambda root: write(root, "3", left_half(3)),
            ValueError,
            r"3\.png: expected a mask of values .*, got \[3\] too",
        ),
        (
            lambda root: write(root, "3", left_half(0)),
            ValueError,
            r"3\.png: expected a mask that shows a class, .*255\]",
        ),
        (
            lambda root: Image.fromarray(left_half(1, w=10)).save(root / "masks" / "3.png"),
            ValueError,
            r"3\.png: expected a mask of 6 x 12 pixels as its image, got 6 x 10",
        ),
        (
            lambda root: (root / "images" / "3.jpg").write_bytes(b""),
            ValueError,
            r"3\.jpg: expected an 8-bit image file",
        ),
        (lambda root: (root / "masks" / "3.png").unlink(), FileNotFoundError, r"3\.jpg has no mask: 1 such files"),
        (lambda root: (root / "images" / "3.jpg").unlink(), FileNotFoundError, r"3\.png has no image: 1 such files"),
        (
            lambda root: Image.new("L", (12, 6)).save(root / "images" / "3.png"),
            ValueError,
            r"3\.png and 3\.jpg have the same name",
        ),
    ],
)
def test_a_broken_annotation_is_named(
    root: Path, harm: Callable[[Path], Any], error: type[Exception], told: str
) -> None:
    read(root, test_fraction=0.01)  # control
    harm(root)
    with pytest.raises(error, match=told):
        read(root, test_fraction=0.02)  # another fraction, as what was read is kept


def test_missing_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"images is not a folder; expected <root>/train/images"):
        read(tmp_path)


def test_masks_may_be_empty_where_that_is_allowed(root: Path) -> None:
    write(root, "3", left_half(0))
    scenes = read(root, test_fraction=0.01, empty=True)
    assert [len(labels) for labels in scenes.held.labels].count(0) == 1
    with pytest.raises(ValueError, match="1 scenes show none, first number 3"):
        next(iter(scenes.batches([torch.tensor([0])])))


def test_the_specification_is_plain_data(root: Path) -> None:
    spec = MaskFolder(str(root), CLASSES, values=(1, 5), size=17)
    assert decode(encode(spec), "data") == spec
    assert spec.moved(turn=10.0) == MovedScenes(spec, turn=10.0)
    for options, told in (
        ({"values": (1,)}, r"another one in 1\.\.255 for each of 2 classes, got \(1,\)"),
        ({"values": (0, 1)}, "another one"),
        ({"test_fraction": 1.0}, "test_fraction is between 0 and 1"),
        ({"size": 0}, "a size of at least 1 pixel"),
    ):
        with pytest.raises(ValueError, match=told):
            MaskFolder(str(root), CLASSES, **options)
