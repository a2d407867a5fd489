"""Scenes: images with masks, boxes and classes of the objects in them, for segmentation and detection.

Each specification is a frozen dataclass with `load(split) -> AnyScenes` and `moved(turn, zoom, shift)`.
"""

from homossl.data.scenes.any_scenes import AnyScenes, SceneData
from homossl.data.scenes.batch import VOID, SceneBatch
from homossl.data.scenes.coco import COCO, CocoJson
from homossl.data.scenes.digits import DigitScenes
from homossl.data.scenes.mask_folder import MaskFolder
from homossl.data.scenes.memory import Scenes
from homossl.data.scenes.moved import MovedScenes
from homossl.data.scenes.pet import OxfordPet
from homossl.data.scenes.stream import StreamedScenes
from homossl.data.scenes.voc import VOC

__all__ = [
    "COCO",
    "VOC",
    "VOID",
    "AnyScenes",
    "CocoJson",
    "DigitScenes",
    "MaskFolder",
    "MovedScenes",
    "OxfordPet",
    "SceneBatch",
    "SceneData",
    "Scenes",
    "StreamedScenes",
]
