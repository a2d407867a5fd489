"""Labelled images: data-set specifications, images in memory or streamed, and a resumable loader.

Each specification is a frozen dataclass with `load(split) -> Images | StreamedImages`.
"""

from .digits import Digits
from .folder import ImageFolder
from .images import Data, Images, Split, resize
from .loader import Loader
from .standard import CIFAR10, CIFAR100, MNIST, STL10, FashionMNIST
from .stream import AnyImages, StreamedImages
from .user import FromDataset

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "MNIST",
    "STL10",
    "AnyImages",
    "Data",
    "Digits",
    "FashionMNIST",
    "FromDataset",
    "ImageFolder",
    "Images",
    "Loader",
    "Split",
    "StreamedImages",
    "resize",
]
