"""Photometric transforms of images, drawn per sample on their device; they leave motions of the plane known."""

from homossl.transforms import published
from homossl.transforms.blur import GaussianBlur, Solarize
from homossl.transforms.jitter import ColorJitter, RandomGrayscale
from homossl.transforms.occasional import Occasional
from homossl.transforms.saturation_hue import SaturationHue

__all__ = ["ColorJitter", "GaussianBlur", "Occasional", "RandomGrayscale", "SaturationHue", "Solarize", "published"]
