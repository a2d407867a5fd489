"""Encoders that claim to be homomorphisms, and their plain twins."""

from homossl.encoders.architecture import Architecture
from homossl.encoders.cnn import CNN
from homossl.encoders.encoder import Encoder, Stage
from homossl.encoders.pooled import CONV5, CONV6, VGG6
from homossl.encoders.resnet import WRN16_8, ResNet18, ResNet50

__all__ = [
    "CNN",
    "CONV5",
    "CONV6",
    "VGG6",
    "WRN16_8",
    "Architecture",
    "Encoder",
    "ResNet18",
    "ResNet50",
    "Stage",
]
