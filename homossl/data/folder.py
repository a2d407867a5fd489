"""A user's own images: one folder for each class."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from homossl.data.images import resize
from homossl.data.split import AnySamples, Split, check_split
from homossl.data.stream import MEMORY_LIMIT, hold_or_stream

EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")  # torchvision's
LAYOUT = "<root>/train/<class>/* and <root>/test/<class>/*, or <root>/<class>/*"
SPLIT_SEED = 0


@dataclass(frozen=True)
class ImageFolder:
    """Image files in `<root>/train/<class>/*` and `<root>/test/<class>/*`, or in `<root>/<class>/*`.

    The centre square of each image is resized to size x size pixels and kept as uint8, x: (n channels size size).
    Without train and test folders, a fixed random test_fraction of the files of each class (sorted by name) is the
    test set. Above memory_limit bytes for a split, images are read anew for each batch. workers is the number of
    reading processes (0: this one); it changes the speed, never the images.
    """

    root: str
    """Folder of the class folders, or of train and test ones."""
    size: int
    """Pixels along each side."""
    channels: Literal[1, 3] = 3
    """1 for gray, 3 for colour."""
    test_fraction: float = 0.2
    """Share of each class for testing, where there are no train and test folders."""
    memory_limit: int = MEMORY_LIMIT
    """Bytes above which a split is read anew for each batch."""
    workers: int = 2
    """Processes that read; 0 reads in this one."""
    per_class: int | None = None
    """Files read of each class and split, the first by name; None reads all."""

    def __post_init__(self) -> None:
        if self.per_class is not None and self.per_class < 1:
            raise ValueError(f"ImageFolder.per_class is at least 1, or None for all files, got {self.per_class}")

    def load(self, split: Split) -> AnySamples:
        """The images of one split, classes and files in the order of their names.

        Raises:
            FileNotFoundError: there is no root, no class folder, or no image for the split.
            ValueError: a class folder is empty, train and test classes differ, or a file is not an 8-bit image.
        """
        check_split(split)
        classes = list_split(Path(self.root).expanduser(), split, self.test_fraction)
        read = slice(self.per_class)
        paths = [(path, label) for label, files in enumerate(classes.values()) for path in files[read]]
        if not paths:
            raise FileNotFoundError(f"no images for the {split} split of {self.root} with {self.test_fraction=}")
        files = Files(tuple(paths), self.size, self.channels)
        return hold_or_stream(files, tuple(classes), self.memory_limit, self.workers)


@dataclass(frozen=True)
class Files:
    """Image files with their labels, decoded on demand: item i is (x: (channels size size) uint8, label)."""

    paths: tuple[tuple[Path, int], ...]
    size: int
    channels: Literal[1, 3]

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        path, label = self.paths[index]
        return resize(decode(path, self.channels), self.size), label


def decode(path: Path, channels: Literal[1, 3]) -> Tensor:
    """Read an image file, turned upright as its EXIF tag says: (channels h w) uint8.

    Raises:
        ValueError: the file cannot be decoded, or has more than 8 bits for each channel.
    """
    try:
        with Image.open(path) as image:
            return _pixels(image, channels)
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"{path}: expected an 8-bit image file: {error}") from error


def list_split(
    root: Path, split: Split, test_fraction: float, extensions: tuple[str, ...] = EXTENSIONS
) -> dict[str, list[Path]]:
    """The files of one split, for each class name; those of images unless other extensions are given."""
    if not all((root / part).is_dir() for part in ("train", "test")):
        return {name: _part(files, split, test_fraction) for name, files in _tree(root, extensions).items()}
    trees = {part: _tree(root / part, extensions) for part in ("train", "test")}
    if differ := sorted(trees["train"].keys() ^ trees["test"].keys()):
        raise ValueError(f"{root}: expected the same classes in train and test, got {differ} in one of them only")
    return trees[split]


def _tree(folder: Path, extensions: tuple[str, ...]) -> dict[str, list[Path]]:
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder.resolve()} is not a folder; expected {LAYOUT}")
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not names:
        raise FileNotFoundError(f"no class folders in {folder.resolve()}; expected {LAYOUT}")
    return {name: class_files(folder / name, extensions) for name in names}


def class_files(folder: Path, extensions: tuple[str, ...], layout: str = LAYOUT) -> list[Path]:
    """The files of a class with these extensions, in the order of their names.

    Raises:
        ValueError: there are none.
    """
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in extensions and not p.name.startswith("."))
    if not files:
        kind = "images" if extensions == EXTENSIONS else "files"
        raise ValueError(f"no {kind} ({' '.join(extensions)}) in class folder {folder}; expected {layout}")
    return files


def _part(files: list[Path], split: Split, test_fraction: float) -> list[Path]:
    order = np.random.RandomState(SPLIT_SEED).permutation(len(files))
    test = set(order[: round(test_fraction * len(files))])
    return [path for i, path in enumerate(files) if (i in test) == (split == "test")]


def _pixels(image: Image.Image, channels: Literal[1, 3]) -> Tensor:
    if image.mode[0] in "IF":
        raise ValueError(f"got mode {image.mode}")
    upright = ImageOps.exif_transpose(image).convert("L" if channels == 1 else "RGB")
    pixels = torch.from_numpy(np.array(upright).reshape(upright.height, upright.width, channels))
    return pixels.permute(2, 0, 1).contiguous()
