"""A user's own images, each with a file of its mask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor

from homossl.data.folder import EXTENSIONS, SPLIT_SEED
from homossl.data.scenes.batch import VOID, SceneBatch
from homossl.data.scenes.objects import classes_in
from homossl.data.scenes.reading import read_mask
from homossl.data.scenes.real import RealScenes, SceneFiles
from homossl.data.split import Split

LAYOUT = "<root>/train/images, <root>/train/masks and the same for test, or <root>/images and <root>/masks"
MASKS = (".png", ".bmp", ".gif", ".tif", ".tiff", ".pgm")
"""What masks are kept in: formats that keep every value."""


@dataclass(frozen=True)
class MaskFolder(RealScenes):
    """Images in `<root>/<split>/images/*` with masks `<root>/<split>/masks/*` of the same name, or without splits.

    A mask is an 8-bit image of one channel, or one with a palette: 0 the ground, 1 + i where it is of classes[i], 255
    where nothing is scored. Without train and test folders, a fixed random test_fraction of the images (sorted by name)
    is the test set. An image has the class of most of its pixels.

    Raises:
        ValueError: there is no class, or values do not fit them; or test_fraction is not in (0, 1).
    """

    root: str
    """Folder of images and masks, or of train and test ones."""
    classes: tuple[str, ...]
    """Names of the classes, without the ground."""
    values: tuple[int, ...] | None = None
    """The value of each class in the files; None 1, 2 and so on. (255,) reads masks in black and white."""
    test_fraction: float = 0.2
    """Share of the images for testing, where there are no train and test folders."""
    empty: bool = False
    """Allow masks that show no class; their images have no class of their own."""

    def __post_init__(self) -> None:
        super().__post_init__()
        values = self._values
        if not values or len(set(values)) != len(self.classes) or not all(0 < value < 256 for value in values):
            expected = f"another one in 1..255 for each of {len(self.classes)} classes"
            raise ValueError(f"MaskFolder.values: expected {expected}, got {values}")
        if not 0 < self.test_fraction < 1:
            raise ValueError(f"MaskFolder.test_fraction is between 0 and 1, got {self.test_fraction}")

    @property
    def _values(self) -> tuple[int, ...]:
        return tuple(range(1, len(self.classes) + 1)) if self.values is None else self.values

    def files(self, split: Split) -> MaskFiles:
        root = Path(self.root).expanduser()
        divided = all((root / part / "images").is_dir() for part in ("train", "test"))
        pairs = with_masks(root / split) if divided else self._part(with_masks(root), split)
        values = {0: 0, 255: VOID} | {value: 1 + i for i, value in enumerate(self._values)}
        images, masks = zip(*pairs, strict=True) if pairs else ((), ())
        return MaskFiles(images, self.classes, self.size, self.channels, masks, tuple(values.items()), self.empty)

    def _part(self, pairs: list[tuple[Path, Path]], split: Split) -> list[tuple[Path, Path]]:
        order = np.random.RandomState(SPLIT_SEED).permutation(len(pairs))
        test = set(order[: round(self.test_fraction * len(pairs))])
        return [pair for i, pair in enumerate(pairs) if (i in test) == (split == "test")]


@dataclass(frozen=True)
class MaskFiles(SceneFiles):
    """Image files with files of their masks."""

    masks: tuple[Path, ...]
    values: tuple[tuple[int, int], ...]
    empty: bool

    def annotated(self, index: int, x: Tensor) -> SceneBatch:
        path = self.masks[index]
        mask = read_mask(path, x, dict(self.values))
        labels = classes_in(mask)
        if not len(labels) and not self.empty:
            seen = mask.unique().tolist()
            raise ValueError(f"{path}: expected a mask that shows a class, got only {seen}; empty=True allows for it")
        return SceneBatch(x, mask, None, (labels,))


def with_masks(folder: Path) -> list[tuple[Path, Path]]:
    """The images of a folder with their masks, by name.

    Raises:
        FileNotFoundError: there is no folder of images or masks, or one of the two is missing.
        ValueError: two images, or two masks, have the same name.
    """
    images, masks = (by_stem(folder / part, kinds) for part, kinds in (("images", EXTENSIONS), ("masks", MASKS)))
    for have, of, what in ((masks, images, "mask"), (images, masks, "image")):
        if lonely := sorted(of.keys() - have.keys()):
            raise FileNotFoundError(f"{of[lonely[0]]} has no {what}: {len(lonely)} such files; expected {LAYOUT}")
    return [(images[stem], masks[stem]) for stem in sorted(images)]


def by_stem(folder: Path, extensions: tuple[str, ...]) -> dict[str, Path]:
    """The files in a folder with these extensions, by their names without the extension."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder.resolve()} is not a folder; expected {LAYOUT}")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in extensions and not path.name.startswith("."):
            if path.stem in found:
                raise ValueError(f"{path} and {found[path.stem].name} have the same name; expected one of them")
            found[path.stem] = path
    return found
