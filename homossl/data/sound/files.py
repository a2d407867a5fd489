"""A user's own sounds, and what all data sets of sound files share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch

from homossl.data.samples import Samples
from homossl.data.sound.bands import ConstantQ
from homossl.data.sound.reading import EXTENSIONS, read_spectrograms
from homossl.data.sound.spectrogram import Spectrogram
from homossl.data.split import Split, check_split

SPLIT_SEED = 0
Label = Literal["folder", "name"]


@dataclass(frozen=True)
class SoundFiles(ABC):
    """Sound files with a label each. A process reads a split once, and keeps its spectrograms, x: (n 1 f t)."""

    root: str
    """Folder of the files."""
    spectrogram: Spectrogram = ConstantQ()
    """How sounds become spectrograms."""

    def load(self, split: Split) -> Samples:
        """The spectrograms of one split, in the order of their labels and names.

        Raises:
            FileNotFoundError: there is no such folder, or no sound in it for the split.
            ValueError: a file is no sound, is cut off before its first sample, or has samples that are not finite.
            ImportError: librosa or soundfile is not installed.
        """
        check_split(split)
        return _loaded(self, split)

    @abstractmethod
    def labelled(self, split: Split) -> dict[str, list[Path]]:
        """The files of one split for each class, the same classes for both."""

    def _folder(self) -> Path:
        folder = Path(self.root).expanduser()
        if not folder.is_dir():
            raise FileNotFoundError(f"{type(self).__name__}: {folder.resolve()} is not a folder")
        return folder


@dataclass(frozen=True)
class SoundFolder(SoundFiles):
    """Sounds in `<root>/<class>/*`, or in `<root>/*` under the names of their classes.

    With label="name" the class is the name of the file up to its first underscore, `<class>_<anything>.wav`. A fixed
    random test_fraction of the files of each class (sorted by name) is the test set.

    Raises:
        ValueError: the label is neither "folder" nor "name", or test_fraction not in (0, 1).
    """

    label: Label = "folder"
    """Where the class of a sound is written."""
    test_fraction: float = 0.2
    """Share of each class for testing."""

    def __post_init__(self) -> None:
        if self.label not in get_args(Label):
            raise ValueError(f"SoundFolder.label is one of {get_args(Label)}, got {self.label!r}")
        if not 0 < self.test_fraction < 1:
            raise ValueError(f"SoundFolder.test_fraction is between 0 and 1, got {self.test_fraction}")

    def labelled(self, split: Split) -> dict[str, list[Path]]:
        found = sounds(self._folder(), "*/*" if self.label == "folder" else "*")
        named = [(path.parent.name if self.label == "folder" else path.stem.split("_")[0], path) for path in found]
        return {name: self._part(files, split) for name, files in by_class(named).items()}

    def _part(self, files: list[Path], split: Split) -> list[Path]:
        order = np.random.RandomState(SPLIT_SEED).permutation(len(files))
        test = set(order[: round(self.test_fraction * len(files))])
        return [path for i, path in enumerate(files) if (i in test) == (split == "test")]


def sounds(folder: Path, pattern: str) -> list[Path]:
    """The sound files in a folder that match a pattern, by name.

    Raises:
        FileNotFoundError: there are none.
    """
    kept = (path for path in folder.glob(pattern) if path.suffix.lower() in EXTENSIONS and path.name[0] != ".")
    found = sorted(kept)
    if not found:
        raise FileNotFoundError(f"no sounds ({' '.join(EXTENSIONS)}) match {folder.resolve() / pattern}")
    return found


def by_class(named: Iterable[tuple[str, Path]]) -> dict[str, list[Path]]:
    """Files for each class, in the order of the names of the classes."""
    classes: dict[str, list[Path]] = {}
    for name, path in sorted(named):
        classes.setdefault(name, []).append(path)
    return classes


@lru_cache(maxsize=8)
def _loaded(spec: SoundFiles, split: Split) -> Samples:
    classes = spec.labelled(split)
    labelled = [(path, label) for label, files in enumerate(classes.values()) for path in files]
    if not labelled:
        raise FileNotFoundError(f"no sounds for the {split} split of {spec}")
    paths, labels = zip(*labelled, strict=True)
    return Samples(read_spectrograms(paths, spec.spectrogram), torch.tensor(labels), tuple(classes))
