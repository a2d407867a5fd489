"""Labelled samples and pairs of frames: data-set specifications, data in memory or streamed, and a resumable loader.

Each specification is a frozen dataclass with `load(split) -> AnySamples`: `Samples`, `Images`, `StreamedImages`,
`Frames` or `Scenes`.
"""

from homossl.data.digits import Digits
from homossl.data.folder import ImageFolder
from homossl.data.frames import Frames
from homossl.data.images import Images, resize
from homossl.data.loader import Loader
from homossl.data.moved import Moved
from homossl.data.point_folder import ModelNet, PointFolder
from homossl.data.saccades import Saccades
from homossl.data.samples import Samples
from homossl.data.scenes import (
    COCO,
    VOC,
    VOID,
    AnyScenes,
    CocoJson,
    DigitScenes,
    MaskFolder,
    MovedScenes,
    OxfordPet,
    SceneBatch,
    SceneData,
    Scenes,
    StreamedScenes,
)
from homossl.data.solids import Solids
from homossl.data.sound import FSDD, Melodies, SoundFolder, SpeechCommands
from homossl.data.split import AnySamples, Data, Split
from homossl.data.standard import CIFAR10, CIFAR100, MNIST, STL10, FashionMNIST
from homossl.data.stream import StreamedImages
from homossl.data.user import FromDataset
from homossl.data.voxels import Voxels

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "COCO",
    "FSDD",
    "MNIST",
    "STL10",
    "VOC",
    "VOID",
    "AnySamples",
    "AnyScenes",
    "CocoJson",
    "Data",
    "DigitScenes",
    "Digits",
    "FashionMNIST",
    "Frames",
    "FromDataset",
    "ImageFolder",
    "Images",
    "Loader",
    "MaskFolder",
    "Melodies",
    "ModelNet",
    "Moved",
    "MovedScenes",
    "OxfordPet",
    "PointFolder",
    "Saccades",
    "Samples",
    "SceneBatch",
    "SceneData",
    "Scenes",
    "Solids",
    "SoundFolder",
    "SpeechCommands",
    "Split",
    "StreamedImages",
    "StreamedScenes",
    "Voxels",
    "resize",
]
