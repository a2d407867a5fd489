"""Log spectrograms in constant-Q and in mel bands."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from homossl.data.sound.axes import SpectrogramAxes
from homossl.data.sound.spectrogram import Spectrogram, librosa


@dataclass(frozen=True)
class ConstantQ(Spectrogram):
    """Bins a fixed number to the octave: to play higher is to shift up, x(f, t) -> x(f - k, t).

    Each bin is scaled such that a pure tone is as loud in every one. hop / averaged is a multiple of 2^(octaves - 1),
    for librosa's analysis of an octave at a time.
    """

    bins: int = 44
    guard: int = 4
    lowest: float = 82.4
    """Frequency of the first bin in Hz."""
    per_octave: int = 8
    """Bins in an octave."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lowest <= 0 or self.per_octave < 1 or self.highest >= self.rate / 2:
            raise ValueError(
                f"ConstantQ needs 0 < lowest and highest < rate / 2 = {self.rate / 2:g} Hz, got {self.lowest:g} and "
                f"{self.highest:g} Hz with {self.per_octave} bins to the octave"
            )
        if self.step % (least := 2 ** (math.ceil(self.bins / self.per_octave) - 1)):
            raise ValueError(
                f"ConstantQ: hop / averaged is a multiple of {least} for {self.bins} bins, got {self.step}"
            )

    @property
    def highest(self) -> float:
        """Frequency of the last bin in Hz."""
        return self.lowest * 2 ** ((self.bins - 1) / self.per_octave)

    @property
    def axes(self) -> SpectrogramAxes:
        """What a row and a column mean."""
        return SpectrogramAxes(self.shape[1], self.frames, self.hop / self.rate, 12 / self.per_octave)

    def amplitudes(self, waves: np.ndarray) -> np.ndarray:
        spacing = {"bins_per_octave": self.per_octave, "fmin": self.lowest, "n_bins": self.bins}
        coefficients = librosa().cqt(waves, sr=self.rate, hop_length=self.step, **spacing)
        frequencies = librosa().cqt_frequencies(**spacing)
        lengths, _ = librosa().filters.wavelet_lengths(freqs=frequencies, sr=self.rate)
        return 2 * np.abs(coefficients) / np.sqrt(lengths)[:, None]


@dataclass(frozen=True)
class Mel(Spectrogram):
    """Mel bands, linear below 1 kHz and logarithmic above: to play higher is no shift."""

    window: int = 1024
    """Samples of the Hann window of each frame."""
    lowest: float = 0.0
    """Lowest frequency in Hz; the highest is half the rate."""

    def amplitudes(self, waves: np.ndarray) -> np.ndarray:
        full_scale = self.window / 4  # of a pure tone through a Hann window
        bands = {"n_fft": self.window, "hop_length": self.step, "n_mels": self.bins, "fmin": self.lowest}
        magnitudes = librosa().feature.melspectrogram(y=waves, sr=self.rate, power=1.0, norm=None, **bands)
        return magnitudes / full_scale
