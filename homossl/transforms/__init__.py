"""Photometric transforms of images and spectrograms, drawn per sample; they leave motions of the plane known."""

from homossl.transforms import published
from homossl.transforms.blur import GaussianBlur, Solarize
from homossl.transforms.jitter import ColorJitter, RandomGrayscale
from homossl.transforms.occasional import Occasional
from homossl.transforms.points import Subsample
from homossl.transforms.saturation_hue import SaturationHue
from homossl.transforms.sound import FrequencyMask, Loudness, Noise, TimeMask

__all__ = [
    "ColorJitter",
    "FrequencyMask",
    "GaussianBlur",
    "Loudness",
    "Noise",
    "Occasional",
    "RandomGrayscale",
    "SaturationHue",
    "Solarize",
    "Subsample",
    "TimeMask",
    "published",
]
