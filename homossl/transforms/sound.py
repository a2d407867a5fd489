"""Changes of log spectrograms, floats in [0, 1] with 0 for silence, x: (b c f t): masks, noise and loudness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from homossl.transforms.checks import is_number, require_strengths
from homossl.transforms.occasional import Occasional, uniform


@dataclass(frozen=True)
class _Mask(Occasional):
    axis: ClassVar[int]

    width: int
    """Greatest number of rows or columns that are silenced."""
    p: float = 0.5
    """Probability that a sample is changed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if type(self.width) is not int or self.width < 1:
            raise ValueError(f"{type(self).__name__}.width is a whole number, at least 1, got {self.width}")

    def amounts(self, x: Tensor, generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """The first cell that is masked, and the first that is not any more."""
        count = (uniform(x, generator) * (self.width + 1)).floor()
        start = (uniform(x, generator) * (x.shape[self.axis] - count + 1)).floor()
        return start, start + count

    def change(self, x: Tensor, changed: Tensor, *amounts: Tensor) -> Tensor:
        cell = torch.arange(x.shape[self.axis], device=x.device)
        start, end = (amount[:, None] for amount in amounts)
        masked = changed[:, None] & (cell >= start) & (cell < end)
        return x.masked_fill(masked[:, None, None] if self.axis == -1 else masked[:, None, :, None], 0)

    def check(self, x: Tensor) -> None:
        super().check(x)
        if self.width > x.shape[self.axis]:
            raise ValueError(f"{self} does not fit spectrograms of shape {tuple(x.shape)}")


@dataclass(frozen=True)
class FrequencyMask(_Mask):
    """Some neighbouring rows silenced: their number uniform in 0 .. width, then their place.

    Raises:
        ValueError: width is no whole number from 1 or p no probability; at the call, fewer rows.

    Source: Park et al., SpecAugment (arXiv 1904.08779), section 2; masked with 0, which is silence here.
    """

    axis: ClassVar[int] = -2


@dataclass(frozen=True)
class TimeMask(_Mask):
    """Some neighbouring columns silenced: their number uniform in 0 .. width, then their place.

    Raises:
        ValueError: width is no whole number from 1 or p no probability; at the call, fewer columns.

    Source: Park et al., SpecAugment (arXiv 1904.08779), section 2; masked with 0, which is silence here.
    """

    axis: ClassVar[int] = -1


@dataclass(frozen=True)
class Noise(Occasional):
    """White noise added, x -> clip(x + std n, 0, 1), n normal and independent in every cell.

    Raises:
        ValueError: std is negative or not finite, or p no probability.
    """

    std: float
    """Standard deviation."""
    p: float = 0.5
    """Probability that a sample is changed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_strengths(self, "std")

    def amounts(self, x: Tensor, generator: torch.Generator | None) -> tuple[Tensor, ...]:
        device = x.device if generator is None else generator.device
        return (torch.randn(x.shape, generator=generator, device=device).to(x),)

    def change(self, x: Tensor, changed: Tensor, *amounts: Tensor) -> Tensor:
        return torch.where(changed[:, None, None, None], (x + self.std * amounts[0]).clamp(0, 1), x)


@dataclass(frozen=True)
class Loudness(Occasional):
    """All that is no silence louder or softer, x -> clip(x + d / unit, 0, 1) where x > 0, d uniform in [-most, most].

    As a gain of `groups.Gain`, but that silence stays silence and nothing is above full scale: so no group action.

    Raises:
        ValueError: most is negative, unit not positive, or p no probability.
    """

    most: float
    """Greatest change in decibels."""
    unit: float = 60.0
    """Decibels from silence to full scale, `Spectrogram.floor`."""
    p: float = 0.5
    """Probability that a sample is changed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_strengths(self, "most")
        if not (is_number(self.unit) and self.unit > 0):
            raise ValueError(f"Loudness.unit is a finite number above 0, got {self.unit}")

    def amounts(self, x: Tensor, generator: torch.Generator | None) -> tuple[Tensor, ...]:
        return (uniform(x, generator, -self.most, self.most) / self.unit,)

    def change(self, x: Tensor, changed: Tensor, *amounts: Tensor) -> Tensor:
        gain = amounts[0].to(x.dtype)[:, None, None, None]
        return torch.where(changed[:, None, None, None] & (x > 0), (x + gain).clamp(0, 1), x)
