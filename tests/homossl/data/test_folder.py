"""A user's folder of images is read as it lies on disk, and what is wrong with it is named."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from homossl.data import ImageFolder, Images, Split, StreamedImages
from homossl.data.folder import EXTENSIONS

RED, GREEN = (250, 0, 0), (0, 250, 0)

workers = pytest.mark.parametrize(
    "workers",
    [0, pytest.param(1, marks=pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"))],
)


def paint(path, colour, size=(8, 8), mode="RGB", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **options)


@pytest.fixture
def split_root(tmp_path):
    for part, n in (("train", 3), ("test", 2)):
        for i in range(n):
            paint(tmp_path / part / "green" / f"{i}.png", GREEN)
            paint(tmp_path / part / "red" / f"{i}.jpg", RED, quality=95)
    return tmp_path


@pytest.fixture
def flat_root(tmp_path):
    for i in range(10):
        paint(tmp_path / "even" / f"{i}.png", 2 * i, mode="L")
        paint(tmp_path / "odd" / f"{i}.png", 2 * i + 1, mode="L")
    return tmp_path


def read(root, split: Split = "train", **options) -> Any:
    return ImageFolder(str(root), **{"size": 9, "workers": 0, **options}).load(split)


@workers
def test_train_and_test_folders(split_root, workers):
    train, test = read(split_root, workers=workers), read(split_root, "test", workers=workers)
    assert (train.classes, train.shape, len(train), len(test)) == (("green", "red"), (3, 9, 9), 6, 4)
    assert train.x.dtype == torch.uint8
    assert train.y.tolist() == [0, 0, 0, 1, 1, 1]
    assert test.y.tolist() == [0, 0, 1, 1]
    assert train.x.float().mean((2, 3)).sub(torch.tensor([GREEN] * 3 + [RED] * 3)).abs().max() < 3


def test_one_folder_is_split_by_the_fraction_and_never_otherwise(flat_root):
    train, test = (read(flat_root, split, test_fraction=0.3, channels=1) for split in ("train", "test"))
    assert (len(train), len(test)) == (14, 6)
    assert test.y.bincount().tolist() == [3, 3]
    values = [images.x[:, 0, 0, 0].tolist() for images in (train, test)]
    assert sorted(values[0] + values[1]) == list(range(20))
    assert values[1] != list(range(0, 6, 2)) + list(range(1, 6, 2))  # not merely the first names
    assert read(flat_root, "test", test_fraction=0.3, channels=1).x.equal(test.x)
    assert all(value % 2 == label for value, label in zip(values[1], test.y.tolist(), strict=True))


def test_gray_image_in_a_colour_folder_and_colour_in_a_gray_one(split_root):
    paint(split_root / "train" / "green" / "gray.png", 77, mode="L")
    colour, gray = read(split_root), read(split_root, channels=1)
    assert (colour.x[3] == 77).all()
    assert colour.x[3].shape == (3, 9, 9)
    assert gray.x.shape == (7, 1, 9, 9)
    assert not (colour.x[2] == 77).any()  # control: its neighbour is green


def test_images_are_turned_upright_and_cropped_to_the_centre_square(split_root):
    pixels = np.zeros((4, 8), dtype=np.uint8)
    pixels[:, 6:] = 200
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    for name, options in {"a.png": {}, "b.png": {"exif": exif}}.items():
        Image.fromarray(np.roll(pixels, -2, axis=1)).save(split_root / "train" / "green" / name, **options)
    images = read(split_root, size=4, channels=1)
    plain, upright = images.x[3, 0], images.x[4, 0]
    assert plain.tolist() == [[0, 0, 200, 200]] * 4
    assert torch.equal(upright, plain.rot90(-1))
    assert not torch.equal(upright, plain)


def test_other_files_and_hidden_files_are_ignored(split_root):
    for name in ("Thumbs.db", "._0.png", "notes.txt"):
        (split_root / "train" / "red" / name).write_bytes(b"not an image")
    (split_root / "train" / ".cache").mkdir()
    assert len(read(split_root)) == 6


def test_a_split_above_the_memory_limit_is_streamed(split_root):
    held, streamed = read(split_root, memory_limit=6 * 243), read(split_root, memory_limit=6 * 243 - 1)
    assert isinstance(held, Images)
    assert isinstance(streamed, StreamedImages)
    assert (streamed.shape, len(streamed), streamed.classes) == (held.shape, 6, held.classes)
    index = torch.tensor([4, 0])
    assert torch.equal(next(streamed.batches([index])).x, held.batch(index).x)


@workers
@pytest.mark.parametrize("content", [b"", b"no image", None])
def test_a_broken_file_is_named(split_root, content, workers):
    broken = split_root / "train" / "red" / "1.jpg"
    broken.write_bytes(broken.read_bytes()[:300] if content is None else content)
    with pytest.raises(ValueError, match=r"red.1\.jpg: expected an 8-bit image file") as error:
        read(split_root, workers=workers)
    assert str(error.value).startswith(str(broken))  # and not with a worker's traceback
    assert len(read(split_root, "test")) == 4  # control: the other split is whole


def test_sixteen_bits_are_refused(split_root):
    Image.fromarray(np.full((8, 8), 40_000, dtype=np.uint16)).save(split_root / "train" / "red" / "deep.png")
    with pytest.raises(ValueError, match=r"deep\.png: expected an 8-bit image file: got mode I;16"):
        read(split_root)


def test_an_empty_class_is_named(split_root):
    (split_root / "train" / "blue").mkdir()
    with pytest.raises(ValueError, match=r"no images \(.*\.png.*\) in class folder .*blue"):
        read(split_root)


def test_a_missing_root_an_empty_root_and_an_empty_split_are_named(tmp_path, flat_root):
    with pytest.raises(FileNotFoundError, match=r"absent is not a folder; expected <root>/train/<class>"):
        read(tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match=r"no class folders in .*even"):
        read(flat_root / "even")
    with pytest.raises(FileNotFoundError, match=r"no images for the test split .* self.test_fraction=0.01"):
        read(flat_root, "test", test_fraction=0.01)


def test_classes_of_train_and_test_must_agree(split_root):
    paint(split_root / "test" / "blue" / "0.png", (0, 0, 250))
    with pytest.raises(ValueError, match=r"same classes in train and test, got \['blue'\]"):
        read(split_root)


def test_the_specification_is_plain_data(split_root):
    spec = ImageFolder(str(split_root), 9)
    assert ImageFolder(**json.loads(json.dumps(asdict(spec)))) == spec != ImageFolder(str(split_root), 17)


def test_extensions_are_those_of_torchvision():
    from torchvision.datasets.folder import IMG_EXTENSIONS

    assert sorted(EXTENSIONS) == sorted(IMG_EXTENSIONS)


def test_the_first_files_of_each_class_and_split_by_name(split_root):
    train, test = read(split_root, per_class=2), read(split_root, "test", per_class=2)
    assert (len(train), len(test)) == (4, 4)
    everything = read(split_root)
    assert torch.equal(train.x, everything.x[[0, 1, 3, 4]])
    with pytest.raises(ValueError, match=r"ImageFolder\.per_class is at least 1, or None for all files, got 0"):
        read(split_root, per_class=0)
