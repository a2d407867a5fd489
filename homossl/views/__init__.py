"""Where the two views of a sample come from: the inputs, or the feature space."""

from homossl.views.augmentation import InputAugmentation
from homossl.views.base import ViewSource
from homossl.views.fibre import FeatureFibre
from homossl.views.motion import Bounded, FromIdentity, Motion, Near, Uniform
from homossl.views.summary import GlobalLocal
from homossl.views.window import Window

__all__ = [
    "Bounded",
    "FeatureFibre",
    "FromIdentity",
    "GlobalLocal",
    "InputAugmentation",
    "Motion",
    "Near",
    "Uniform",
    "ViewSource",
    "Window",
]
