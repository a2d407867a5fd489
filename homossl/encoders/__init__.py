"""Encoders that claim to be homomorphisms, and their plain twins."""

from homossl.encoders.architecture import Architecture
from homossl.encoders.cnn import CNN
from homossl.encoders.encoder import Encoder, Stage
from homossl.encoders.resnet import WRN16_8, ResNet18, ResNet50

__all__ = ["CNN", "WRN16_8", "Architecture", "Encoder", "ResNet18", "ResNet50", "Stage"]
