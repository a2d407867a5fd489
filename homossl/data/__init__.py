"""Labelled images: data-set specifications, images in memory or streamed, and a resumable loader.

Each specification is a frozen dataclass with `load(split) -> Images | StreamedImages`.
"""

from homossl.data.digits import Digits
from homossl.data.folder import ImageFolder
from homossl.data.images import Data, Images, Split, resize
from homossl.data.loader import Loader
from homossl.data.standard import CIFAR10, CIFAR100, MNIST, STL10, FashionMNIST
from homossl.data.stream import AnyImages, StreamedImages
from homossl.data.user import FromDataset

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
