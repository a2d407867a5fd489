"""Sounds themselves played later, higher and slower, and their spectrograms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor

from homossl.data.sound import ConstantQ, Melodies
from homossl.data.sound.melodies import Factors
from homossl.data.sound.reading import centred
from homossl.data.sound.spectrogram import librosa
from homossl.data.split import Split

SPECTROGRAM = ConstantQ()
AXES = SPECTROGRAM.axes
VOCODER = 512
"""Samples of the vocoder's window, 64 ms."""


@dataclass(frozen=True)
class Sung(Melodies):
    """The same melodies sung later by so many seconds and higher by so many semitones."""

    seconds: float = 0.0
    semitones: float = 0.0

    def factors(self, split: Split) -> Factors:
        own = super().factors(split)
        return replace(own, pitch=6 + own.pitch / 2 + self.semitones, onset=0.8 * own.onset + self.seconds)


def played(waves: np.ndarray, frames: float, bins: float) -> np.ndarray:
    """Sounds played later and higher."""
    late = round(frames * SPECTROGRAM.hop)
    later = np.pad(waves, ((0, 0), (late, 0)))[:, : waves.shape[1]]
    return vocoded(later, bins) if bins else later


def vocoded(waves: np.ndarray, bins: float) -> np.ndarray:
    """Sounds played higher by a phase vocoder."""
    semitones = bins * AXES.semitones
    return librosa().effects.pitch_shift(waves, sr=SPECTROGRAM.rate, n_steps=semitones, n_fft=VOCODER)


def slowed(waves: np.ndarray, factor: float) -> np.ndarray:
    """Sounds stretched in time by a phase vocoder, about their middle."""
    long = librosa().effects.time_stretch(waves, rate=1 / factor, n_fft=VOCODER)
    return np.stack([centred(wave, waves.shape[1]) for wave in long])


def sung(seconds: float, semitones: float) -> Tensor:
    """Spectrograms of melodies, (n 1 f t) float64."""
    melodies = Sung(per_melody=2, noise=0.0, seconds=seconds, semitones=semitones)
    return melodies.load("test").x.double()
