"""Standard data sets, read (and, on request, downloaded) by torchvision."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from homossl.data.images import Images, resize
from homossl.data.split import Split, check_split

CHUNK = 1024
UNLABELLED = "unlabeled"  # torchvision's name of a split of STL-10


@dataclass(frozen=True)
class Standard(ABC):
    """A data set that torchvision reads from the folder root; x: (n c size size) uint8.

    download=True fetches it into root first, unless it is there.
    """

    dataset: ClassVar[str]
    root: str = "data"
    """Folder of the files."""
    size: int = 33
    """Pixels along each side."""
    download: bool = False
    """Fetch the files first, unless they are there."""

    def load(self, split: Split) -> Images:
        """The images of one split.

        Raises:
            FileNotFoundError: the data set is not in root, or its checksums are wrong.
        """
        check_split(split)
        source = self._open(split)
        x = torch.cat([resize(chunk, self.size) for chunk in self._pixels(source).split(CHUNK)])
        return Images(x, torch.as_tensor(self._labels(source)).long(), tuple(self._classes(source)))

    def _open(self, split: Split) -> Any:
        from torchvision import datasets  # takes seconds to import, and most runs need none of it

        folder = Path(self.root).expanduser()
        try:
            return getattr(datasets, self.dataset)(folder, download=self.download, **self._select(split))
        except RuntimeError as error:
            raise FileNotFoundError(
                f"{type(self).__name__}: looked in {folder.resolve()}: {error}. "
                f"{replace(self, download=True)} downloads it into that folder."
            ) from error

    def _select(self, split: Split) -> dict[str, Any]:
        return {"train": split == "train"}

    def _labels(self, source: Any) -> Any:
        return source.targets

    def _classes(self, source: Any) -> Sequence[str]:
        return source.classes

    @abstractmethod
    def _pixels(self, source: Any) -> Tensor:
        """All images of the opened data set: (n c h w) uint8."""


class _Gray(Standard):
    def _pixels(self, source: Any) -> Tensor:
        return source.data.unsqueeze(1)


class _ChannelsLast(Standard):
    def _pixels(self, source: Any) -> Tensor:
        return torch.from_numpy(source.data).permute(0, 3, 1, 2)


@dataclass(frozen=True)
class MNIST(_Gray):
    """70,000 handwritten digits, 28 x 28 gray, 60,000 for training. LeCun et al., Proc. IEEE 1998."""

    dataset: ClassVar[str] = "MNIST"
    size: int = 29


@dataclass(frozen=True)
class FashionMNIST(_Gray):
    """70,000 pieces of clothing, 28 x 28 gray, 60,000 for training. Xiao et al., arXiv 1708.07747."""

    dataset: ClassVar[str] = "FashionMNIST"
    size: int = 29


@dataclass(frozen=True)
class CIFAR10(_ChannelsLast):
    """60,000 colour images of 10 classes, 32 x 32, 50,000 for training. Krizhevsky 2009."""

    dataset: ClassVar[str] = "CIFAR10"


@dataclass(frozen=True)
class CIFAR100(_ChannelsLast):
    """60,000 colour images of 100 classes, 32 x 32, 50,000 for training. Krizhevsky 2009."""

    dataset: ClassVar[str] = "CIFAR100"


@dataclass(frozen=True)
class STL10(Standard):
    """13,000 labelled colour images of 10 classes, 96 x 96, 5,000 for training. Coates et al., AISTATS 2011.

    Another 100,000 without labels are for training features, which are then evaluated on the labelled ones.
    """

    dataset: ClassVar[str] = "STL10"
    size: int = 97
    unlabelled: bool = False
    """Train on the images without labels, which have zeros for y and one class."""

    def _select(self, split: Split) -> dict[str, Any]:
        return {"split": UNLABELLED if self.unlabelled and split == "train" else split}

    def _labels(self, source: Any) -> Any:
        return torch.zeros(len(source)) if source.split == UNLABELLED else source.labels

    def _classes(self, source: Any) -> Sequence[str]:
        return ["unlabelled"] if source.split == UNLABELLED else source.classes

    def _pixels(self, source: Any) -> Tensor:
        return torch.from_numpy(source.data)
