"""The transforms of published recipes, for moved colour images.

Source: S-TEC (arXiv 2210.09224), the authors' public code and its README; the kernel of the blur, a tenth of the image,
is that of SimCLR (arXiv 2002.05709), appendix A. The contrastive hinge (arXiv 2109.15089), the authors' public code.
"""

from __future__ import annotations

from groups import Transform
from homossl.transforms.blur import GaussianBlur, Solarize
from homossl.transforms.jitter import ColorJitter, RandomGrayscale
from homossl.transforms.saturation_hue import SaturationHue

CIFAR: tuple[Transform, ...] = (ColorJitter.simclr(0.5), RandomGrayscale(0.2))
"""CIFAR-10 and CIFAR-100."""

HINGE_CIFAR: tuple[Transform, ...] = (SaturationHue(octaves=2.0, hue=0.1),)
"""CIFAR-10 and CIFAR-100 with the contrastive hinge, moved by `homossl.views.RandomAffine(32)`."""


def large(size: int) -> tuple[Transform, ...]:
    """STL-10 and ImageNet, views of size x size pixels.

    >>> large(96)[2]
    GaussianBlur(kernel=9, sigma=(0.1, 2.0), p=0.5)
    """
    kernel = 2 * (size // 20) + 1
    return ColorJitter.simclr(1.0), RandomGrayscale(0.2), GaussianBlur(kernel, p=0.5), Solarize(p=0.2)


STL10, IMAGENET = large(96), large(224)
"""STL-10 at 96 pixels and ImageNet at 224."""
