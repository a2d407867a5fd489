"""Encoders that claim to be homomorphisms, and their plain twins."""

from homossl.encoders.architecture import Architecture, ImageArchitecture
from homossl.encoders.cnn import CNN
from homossl.encoders.encoder import Encoder, Stage
from homossl.encoders.points import TensorFieldNetwork
from homossl.encoders.pooled import CONV5, CONV6, VGG6
from homossl.encoders.resnet import WRN16_8, ResNet18, ResNet50
from homossl.encoders.scale import ScaleCNN, ScaleResNet
from homossl.encoders.shift import ShiftCNN
from homossl.encoders.voxels import VoxelCNN

__all__ = [
    "CNN",
    "CONV5",
    "CONV6",
    "VGG6",
    "WRN16_8",
    "Architecture",
    "Encoder",
    "ImageArchitecture",
    "ResNet18",
    "ResNet50",
    "ScaleCNN",
    "ScaleResNet",
    "ShiftCNN",
    "Stage",
    "TensorFieldNetwork",
    "VoxelCNN",
]
