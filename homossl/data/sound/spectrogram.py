"""From waveforms to log spectrograms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

CHUNK = 256
"""Sounds that are analysed together."""


def librosa() -> Any:
    """The package, which takes seconds to import.

    Raises:
        ImportError: it is not installed.
    """
    try:
        import librosa
    except ImportError:
        raise ImportError("spectrograms need librosa: pip install 'homossl[sound]'") from None
    return librosa


@dataclass(frozen=True)
class Spectrogram(ABC):
    """Log magnitudes of sounds of frames * hop samples, x: (n 1 f t) float32 in [0, 1], f = bins + guard, t = frames.

    x = clip(1 + 20 log10(a) / floor, 0, 1) for amplitudes a: 1 is a pure tone of full scale, 0 is `floor` decibels
    below it, or silence. Low frequencies come first. Frame i begins about sample i * hop.

    Raises:
        ValueError: a number is not positive, guard is negative, averaged no divisor of hop, or a frequency lies above
            half the rate.
    """

    rate: int = 8000
    """Samples per second; sounds of other rates are resampled."""
    hop: int = 256
    """Samples from one frame to the next."""
    averaged: int = 1
    """Analyses that each frame is the mean of, hop / averaged samples apart, so that coarse frames miss nothing."""
    frames: int = 32
    """Columns: a sound has frames * hop samples; longer ones are cut and shorter ones padded, about their centre."""
    bins: int = 40
    """Rows of frequencies."""
    guard: int = 0
    """Silent rows above the highest, which pitch shifts on a torus need so that low notes do not become high ones."""
    floor: float = 60.0
    """Decibels below full scale that are silence."""
    normalise: bool = True
    """Scale each sound to a peak of 1 first; silence stays silence."""

    def __post_init__(self) -> None:
        numbers = {"rate": self.rate, "hop": self.hop, "frames": self.frames, "bins": self.bins, "floor": self.floor}
        if wrong := {name: value for name, value in numbers.items() if value <= 0}:
            raise ValueError(f"{type(self).__name__} needs numbers above 0, got {wrong}")
        if self.guard < 0:
            raise ValueError(f"{type(self).__name__}.guard is at least 0, got {self.guard}")
        if self.averaged < 1 or self.hop % self.averaged:
            raise ValueError(f"{type(self).__name__}.averaged is a divisor of hop = {self.hop}, got {self.averaged}")

    @property
    def step(self) -> int:
        """Samples from one analysis to the next."""
        return self.hop // self.averaged

    @property
    def samples(self) -> int:
        """Samples of one sound."""
        return self.frames * self.hop

    @property
    def seconds(self) -> float:
        """How long a sound is."""
        return self.samples / self.rate

    @property
    def shape(self) -> tuple[int, int, int]:
        """(1 f t)."""
        return 1, self.bins + self.guard, self.frames

    def __call__(self, waves: np.ndarray) -> Tensor:
        """Waveforms (n samples) in [-1, 1] as log spectrograms (n 1 f t).

        Raises:
            ValueError: the waveforms have another length, or are not finite.
        """
        if waves.ndim != 2 or waves.shape[1] != self.samples:
            raise ValueError(f"expected waveforms (n {self.samples}), got {waves.shape}")
        if not np.isfinite(waves).all():
            raise ValueError("expected finite waveforms, got some that are not")
        x = torch.empty(len(waves), *self.shape)
        for start in range(0, len(waves), CHUNK):
            x[start : start + CHUNK, 0] = self._logarithms(waves[start : start + CHUNK])
        return x

    @abstractmethod
    def amplitudes(self, waves: np.ndarray) -> np.ndarray:
        """The amplitudes of waveforms (n samples) at every step, 1 for a pure tone of amplitude 1: (n bins steps)."""

    def _logarithms(self, waves: np.ndarray) -> Tensor:
        peaks = np.abs(waves).max(axis=1, keepdims=True)
        loud = waves / np.where(peaks > 0, peaks, 1) if self.normalise else waves
        analyses = self.amplitudes(loud)[..., : self.frames * self.averaged]
        amplitudes = analyses.reshape(*analyses.shape[:2], self.frames, self.averaged).mean(-1)
        decibels = 20 * np.log10(np.maximum(amplitudes, 10 ** (-self.floor / 20)))
        x = torch.from_numpy(np.clip(1 + decibels / self.floor, 0, 1)).float()
        return torch.nn.functional.pad(x, (0, 0, 0, self.guard))
