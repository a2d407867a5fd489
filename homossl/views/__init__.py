"""Where the two views of a sample come from: the inputs, the feature space, or two frames of the world."""

from homossl.views.affine import RandomAffine, affine_motion
from homossl.views.augmentation import InputAugmentation
from homossl.views.base import MovedViews, ViewSource
from homossl.views.crop import RandomResizedCrop, crop_motion
from homossl.views.fibre import FeatureFibre
from homossl.views.frames import EfferencePair
from homossl.views.gaze import GazeShift
from homossl.views.motion import Bounded, FromIdentity, Motion, Near, Uniform
from homossl.views.orbit import FullOrbit
from homossl.views.summary import GlobalLocal
from homossl.views.window import Window

__all__ = [
    "Bounded",
    "EfferencePair",
    "FeatureFibre",
    "FromIdentity",
    "FullOrbit",
    "GazeShift",
    "GlobalLocal",
    "InputAugmentation",
    "Motion",
    "MovedViews",
    "Near",
    "RandomAffine",
    "RandomResizedCrop",
    "Uniform",
    "ViewSource",
    "Window",
    "affine_motion",
    "crop_motion",
]
