"""Sound files as waveforms of one length and rate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from homossl.data.sound.spectrogram import Spectrogram, librosa

EXTENSIONS = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".au")


def read_wave(path: Path, rate: int) -> np.ndarray:
    """A sound as one channel, the mean of all there are, at so many samples per second: (samples) float32.

    Raises:
        ValueError: the file is no sound, is cut off before its first sample, or holds numbers that are not finite.
        ImportError: soundfile is not installed.
    """
    wave, own = _read(path)
    if not len(wave):
        raise ValueError(f"{path}: expected a sound file, got one without samples (cut off?)")
    if not np.isfinite(wave).all():
        raise ValueError(f"{path}: expected finite samples, got some that are not")
    mono = wave.mean(axis=1)
    return mono if own == rate else librosa().resample(mono, orig_sr=own, target_sr=rate)


def centred(wave: np.ndarray, samples: int) -> np.ndarray:
    """The centre of a waveform, so many samples long, with silence on both sides where it is shorter.

    >>> centred(np.array([1, 2, 3]), 5).tolist(), centred(np.array([1, 2, 3]), 1).tolist()
    ([0, 1, 2, 3, 0], [2])
    """
    missing = samples - len(wave)
    if missing >= 0:
        return np.pad(wave, (missing // 2, missing - missing // 2))
    return wave[-missing // 2 :][:samples]


def read_spectrograms(paths: Sequence[Path], spectrogram: Spectrogram) -> Any:
    """The log spectrograms of sound files, (n 1 f t), in their order."""
    waves = [centred(read_wave(path, spectrogram.rate), spectrogram.samples) for path in paths]
    return spectrogram(np.stack(waves))


def _read(path: Path) -> tuple[np.ndarray, int]:
    try:
        import soundfile
    except ImportError:
        raise ImportError("sound files need soundfile: pip install 'homossl[sound]'") from None
    try:
        return soundfile.read(path, dtype="float32", always_2d=True)
    except (RuntimeError, OSError, TypeError) as error:
        raise ValueError(f"{path}: expected a sound file: {error}") from error
