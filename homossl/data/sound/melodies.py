"""Melodies of three notes, made on the spot: no file is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal, get_args

import numpy as np
import torch
from torch import Tensor

from homossl.data.samples import Samples
from homossl.data.sound.axes import SpectrogramAxes
from homossl.data.sound.bands import ConstantQ
from homossl.data.split import Split, check_split

MELODIES = {
    "rise": (0, 4, 7),
    "fall": (7, 4, 0),
    "arch": (0, 7, 0),
    "dip": (7, 0, 7),
    "flat": (4, 4, 4),
    "step": (0, 0, 7),
    "drop": (7, 0, 0),
    "leap": (0, 12, 7),
}
"""Semitones of the notes above the lowest one."""
TIMBRES, STEEPNESS = ("bright", "clear", "warm", "dark"), (1.0, 3.0)
"""Quarters of the range of timbres, from flat to steep harmonics."""
Label = Literal["timbre", "melody"]


@dataclass(frozen=True)
class Factors:
    """What a sound was made from besides its melody, one number for each sound: (n)."""

    pitch: np.ndarray
    """Semitones of the key above the lowest frequency of the spectrogram."""
    onset: np.ndarray
    """Seconds to the first note."""
    timbre: np.ndarray
    """How steeply harmonics fall, the k-th of amplitude k^-timbre."""
    decay: np.ndarray
    """How fast a note fades, per second."""


@dataclass(frozen=True)
class Melodies:
    """Eight melodies of three notes as constant-Q spectrograms, in any key, at any time, in many timbres, with noise.

    Pitch, onset, timbre and decay are drawn, uniformly and independently. The class is the timbre, in quarters of its
    range, which no shift in pitch or time changes; or the melody, which is told by the order of its notes. Train and
    test are drawn from streams of their own.

    >>> Melodies(per_melody=2).load("test").shape
    (1, 48, 32)

    Raises:
        ValueError: per_melody is below 1, the noise negative, the sounds too short for three notes, or there is no such
            label.
    """

    NOTE: ClassVar[float] = 0.2
    """Seconds of a note."""

    per_melody: int = 100
    """Sounds of each melody in each split."""
    spectrogram: ConstantQ = ConstantQ()
    """How sounds become spectrograms."""
    noise: float = 0.01
    """Standard deviation of the white noise, where the peak of the melody is 1."""
    label: Label = "timbre"
    """What is to be told from a sound."""
    seed: int = 0
    """Seed of the draws."""

    def __post_init__(self) -> None:
        if self.per_melody < 1 or self.noise < 0:
            raise ValueError(f"Melodies needs per_melody >= 1 and noise >= 0, got {self.per_melody} and {self.noise}")
        if self.label not in get_args(Label):
            raise ValueError(f"Melodies.label is one of {get_args(Label)}, got {self.label!r}")
        if self.spectrogram.seconds < 3 * self.NOTE:
            raise ValueError(f"three notes take {3 * self.NOTE} s, got sounds of {self.spectrogram.seconds} s")

    @property
    def axes(self) -> SpectrogramAxes:
        """What a row and a column of the spectrograms mean."""
        return self.spectrogram.axes

    def load(self, split: Split) -> Samples:
        """The spectrograms of one split, (n 1 f t), a melody after the other.

        Raises:
            ImportError: librosa is not installed.
        """
        check_split(split)
        return _loaded(self, split)

    def waves(self, split: Split) -> np.ndarray:
        """The sounds themselves, (n samples) with a peak of 1 before the noise."""
        factors, noise = self.factors(split), self._stream(split, "noise")
        tunes = [tune for tune in MELODIES.values() for _ in range(self.per_melody)]
        clean = np.stack([self._sung(tune, i, factors) for i, tune in enumerate(tunes)])
        return clean + self.noise * noise.standard_normal(clean.shape)

    def factors(self, split: Split) -> Factors:
        """What the sounds of a split were made from."""
        check_split(split)
        n, draws = len(MELODIES) * self.per_melody, self._stream(split, "factors")
        late = self.spectrogram.seconds - 3 * self.NOTE
        ranges = {"pitch": (0.0, 12.0), "onset": (0.0, late), "timbre": STEEPNESS, "decay": (1.0, 8.0)}
        return Factors(**{name: draws.uniform(*bounds, n) for name, bounds in ranges.items()})

    def labels(self, split: Split) -> tuple[Tensor, tuple[str, ...]]:
        """The classes of the sounds of a split, (n) int64, and their names."""
        if self.label == "melody":
            return torch.arange(len(MELODIES)).repeat_interleave(self.per_melody), tuple(MELODIES)
        edges = np.linspace(*STEEPNESS, len(TIMBRES) + 1)[1:-1]
        return torch.from_numpy(np.digitize(self.factors(split).timbre, edges)), TIMBRES

    def _sung(self, tune: tuple[int, ...], i: int, factors: Factors) -> np.ndarray:
        start, wave = factors.onset[i], np.zeros(self.spectrogram.samples)
        time = np.arange(len(wave)) / self.spectrogram.rate
        for k, semitones in enumerate(tune):
            since = time - start - k * self.NOTE
            wave += self._note(since, factors.pitch[i] + semitones, factors.timbre[i], factors.decay[i])
        return wave / np.abs(wave).max()

    def _note(self, since: np.ndarray, semitones: float, timbre: float, decay: float) -> np.ndarray:
        """A note that begins at 0 seconds: harmonics below half the rate under an envelope."""
        frequency = self.spectrogram.lowest * 2 ** (semitones / 12)
        harmonics = np.arange(1, 1 + int(min(8, self.spectrogram.rate / 2 // frequency)))
        sung = np.sin(2 * np.pi * frequency * harmonics[:, None] * since) * harmonics[:, None] ** -timbre
        attack = np.clip(since / 0.01, 0, 1) * np.clip((self.NOTE - since) / 0.02, 0, 1)
        return sung.sum(0) * attack * np.exp(-decay * np.clip(since, 0, None))

    def _stream(self, split: Split, what: str) -> np.random.RandomState:
        return np.random.RandomState([self.seed, split == "test", what == "noise"])


@lru_cache(maxsize=4)
def _loaded(spec: Melodies, split: Split) -> Samples:
    return Samples(spec.spectrogram(spec.waves(split)), *spec.labels(split))
