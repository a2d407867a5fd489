"""Gaussian blur and solarisation."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from groups import Hiding, host
from homossl.transforms.checks import is_interval, is_number
from homossl.transforms.occasional import Occasional, uniform


@dataclass(frozen=True)
class GaussianBlur(Occasional):
    """Each image convolved with a Gaussian of its own width; the border is reflected.

    Weights exp(-d^2 / (2 sigma^2)) over `kernel` pixels, scaled to sum 1, along rows and along columns.

    Raises:
        ValueError: the kernel is even or wider than the reflected image, sigma is no finite interval above 0, or p
            no probability.
    """

    kernel: int
    """Pixels along each side of the kernel, an odd number."""
    sigma: tuple[float, float] = (0.1, 2.0)
    """Least and greatest width, in pixels."""
    p: float = 0.5
    """Probability that a sample is changed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if type(self.kernel) is not int or self.kernel < 1 or self.kernel % 2 == 0:
            raise ValueError(f"GaussianBlur.kernel is an odd number of pixels, got {self.kernel}")
        if not is_interval(self.sigma):
            raise ValueError(f"GaussianBlur.sigma is a tuple (low, high), finite and above 0, got {self.sigma}")

    def amounts(self, x: Tensor, generator: torch.Generator | None) -> tuple[Tensor, ...]:
        return (self.weights(uniform(x, generator, *self.sigma)).to(x.dtype),)

    def change(self, x: Tensor, changed: Tensor, *amounts: Tensor) -> Tensor:
        return host.changed(x, changed, self.blurred, *amounts)

    def blurred(self, x: Tensor, weights: Tensor) -> Tensor:
        """Every image of x convolved with its own kernel: (b kernel)."""
        if not len(x):
            return x
        reach = self.kernel // 2
        padded = F.pad(x, (reach, reach, reach, reach), mode="reflect")
        return _convolve(_convolve(padded, weights).mT, weights).mT

    def check(self, x: Tensor) -> None:
        super().check(x)
        if self.kernel // 2 >= min(x.shape[-2:]):
            raise ValueError(f"a kernel of {self.kernel} pixels does not fit images of shape {tuple(x.shape)}")

    def weights(self, sigma: Tensor) -> Tensor:
        """The kernels of widths sigma: (b) in pixels, (b kernel)."""
        distance = torch.arange(self.kernel, dtype=sigma.dtype, device=sigma.device) - self.kernel // 2
        return (-(distance**2) / (2 * sigma[:, None] ** 2)).softmax(1)


@dataclass(frozen=True)
class Solarize(Occasional, Hiding):
    """Values from a threshold on inverted, x -> 1 - x; the motion of such samples is not to be learned from.

    Raises:
        ValueError: threshold is not finite, or p no probability.

    Source: the authors' public code of S-TEC (arXiv 2210.09224) leaves these pairs out of its manipulation loss.
    """

    threshold: float = 0.5
    """Least value that is inverted."""
    p: float = 0.2
    """Probability that a sample is changed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_number(self.threshold):
            raise ValueError(f"Solarize.threshold is a finite number, got {self.threshold}")

    def hide(self, x: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        drawn = self.draw(x, generator)
        return self.apply(x, *drawn), drawn[0]

    def change(self, x: Tensor, changed: Tensor, *amounts: Tensor) -> Tensor:
        return torch.where(changed[:, None, None, None] & (x >= self.threshold), 1 - x, x)


def _convolve(x: Tensor, weights: Tensor) -> Tensor:
    """Each image of x: (b c h w) with its own weights: (b k), along rows, which lose k - 1 pixels."""
    b, c, h, _ = x.shape
    kernels = weights.repeat_interleave(c, 0)[:, None, None]
    return F.conv2d(x.reshape(1, b * c, h, -1), kernels, groups=b * c).reshape(b, c, h, -1)
