"""How exact shifts in time and pitch are: `python -m experiments.sound_shifts [<folder of FSDD's recordings>]`.

First, what the encoder adds: |f(g x) - g f(x)| / |f(g x)| in float64, by shift, on the torus and with a border, with
and without strides; "inside" are the features whose source is on the grid and which no padding reaches, "border" the
rest. Weights are drawn, statistics of norms are those of the data.

Then, what the world adds: x is the log spectrogram of a sound, x' that of the sound itself played later, higher or
slower; |x' - g x| / |x'| for the motion g of so many frames and bins, next to |x' - x| / |x'|, over the cells whose
source is on the grid. Melodies are sung anew at another time and pitch, which is a transposition in truth; recordings
are shifted in pitch and stretched in time by librosa.effects, a phase vocoder with windows of 64 ms, which moves the
formants of a voice too and has faults of its own.

Setting: melodies without noise, 2 of each of 8, spectrograms of 48 x 32 cells; 40 test recordings of FSDD. A CNN of 8,
16 and 32 channels. Melodies are 6 to 12 semitones above the lowest bin, so that they can be sung lower.
Cost: a minute on one thread.
Results: `experiments/results/sound_shifts.md`, and a picture of one melody along the pitch axis.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from experiments.shifted_sounds import AXES, SPECTROGRAM, played, slowed, sung
from experiments.writing import markdown, write
from groups import Element
from homossl.data.sound import FSDD
from homossl.data.sound.reading import centred, read_wave
from homossl.encoders import Encoder, ShiftCNN
from homossl.report import interval
from homossl.report.drawing import pixels
from homossl.report.sound import pitch_axis
from homossl.train import write_atomic

RESULTS = Path(__file__).parent / "results" / "sound_shifts.md"
SHIFTS = ((1.0, 0.0), (4.0, 0.0), (0.5, 0.0), (0.0, 1.0), (0.0, 4.0), (0.0, 0.5), (2.0, -3.0), (1.5, 2.5))
"""Frames later and bins higher."""
REACH = 16
"""Pixels from the border that padding reaches, at most, of the encoders here."""
RECORDINGS = 40
STRETCHES = (1.1, 1.25)


def main(root: str | None = None) -> None:
    """Print the tables, and write them with the settings and the machine."""
    torch.set_num_threads(1)
    x = sung(0.0, 0.0)
    worlds = list(of_melodies()) + (list(of_recordings(root)) if root else [])
    header = ["sound", "motion", "missed by the motion, %", "if not moved, %"]
    write_atomic(RESULTS.with_suffix(".png"), picture(x))
    write(RESULTS, __doc__ or "", *encoder_table(x), "", *markdown(header, worlds), "", *legend())


def picture(x: Tensor) -> bytes:
    """A melody, 6 semitones up and 5 frames later, with and without structure."""
    whole = ShiftCNN(widths=(8, 16, 32))
    twins = {"steerable": whole, "structure removed": replace(whole, structure="plain")}
    encoders = {name: built(architecture, AXES.torus, x) for name, architecture in twins.items()}
    return pixels(pitch_axis(encoders, x[4], element(AXES.torus, 5, 4), AXES))


def encoder_table(x: Tensor) -> Iterator[str]:
    """One row for each shift, one column for each encoder, and inside or border."""
    whole, strided = ShiftCNN(widths=(8, 16, 32)), ShiftCNN(widths=(8, 16, 32), steps=(2, 2, 1))
    arms = {
        "torus": built(whole, AXES.torus, x),
        "torus, structure removed": built(replace(whole, structure="plain"), AXES.torus, x),
        "border": built(whole, AXES.plane, x),
        "border, stride 4": built(strided, AXES.plane, x),
    }
    names = [name for arm in arms for name in ([arm] if "torus" in arm else [f"{arm}: inside", f"{arm}: border"])]
    rows = [[described(*shift), *(cell for e in arms.values() for cell in cells(e, x, *shift))] for shift in SHIFTS]
    yield from markdown(["shift", *names], rows)


def built(architecture: ShiftCNN, group: object, x: Tensor) -> Encoder:
    """An encoder with drawn weights, whose norms have the statistics of the data, in float64."""
    torch.manual_seed(0)
    encoder = architecture.on(group, tuple(x.shape[1:])).double()  # type: ignore[arg-type]
    with torch.no_grad():
        for _ in range(50):
            encoder(x)
    return encoder.eval()


@torch.no_grad()
def cells(encoder: Encoder, x: Tensor, frames: float, bins: float) -> Iterator[str]:
    """The residual, and where there is a border inside of it and at it; none for parts of cells on a torus."""
    torus = encoder.action_in.group == AXES.torus
    if torus and (frames % 1 or bins % 1):
        yield "no element"
        return
    g = element(encoder.action_in.group, frames, bins)
    made, expected = encoder(encoder.action_in(g, x)), encoder.action_out(g, encoder(x))
    for part in [torch.ones(made.shape[2:]).bool()] if torus else parts(encoder, g, made):
        yield f"{((made - expected) * part).norm() / (made * part).norm():.1e}"


def parts(encoder: Encoder, g: Element, z: Tensor) -> list[Tensor]:
    """The features that no padding reaches, before and after the shift, and the others, (h w) bool each."""
    action = encoder.action_out
    margin = REACH // action.stride  # type: ignore[attr-defined]
    inside = torch.zeros(z.shape[2:], dtype=torch.float64)
    inside[margin:-margin, margin // 2 : -(margin // 2)] = 1  # columns: sounds are silent at both ends
    kept = action(g, inside.expand(1, *z.shape[1:]))[0, 0] > 0.99
    part = kept & (inside > 0)
    return [part, ~part]


def of_melodies() -> Iterator[list[str]]:
    """One row for each shift of melodies that are sung anew."""
    x = sung(0.0, 0.0)
    for frames, bins in SHIFTS:
        other = sung(frames * AXES.seconds, bins * AXES.semitones)
        yield shifted_world("melodies", x, other, frames, bins)


def of_recordings(root: str) -> Iterator[list[str]]:
    """One row for each shift of recordings, by silence before them, or a phase vocoder."""
    paths = [path for files in FSDD(root).labelled("test").values() for path in files]
    chosen = paths[:: len(paths) // RECORDINGS][:RECORDINGS]
    waves = np.stack([centred(read_wave(path, SPECTROGRAM.rate), SPECTROGRAM.samples) for path in chosen])
    x = SPECTROGRAM(waves).double()
    for frames, bins in SHIFTS:
        yield shifted_world("recordings", x, SPECTROGRAM(played(waves, frames, bins)).double(), frames, bins)
    for factor in STRETCHES:
        g, other = AXES.stretch(factor), SPECTROGRAM(slowed(waves, factor)).double()
        moved, seen = AXES.in_time(g, x[:, 0])[:, None], AXES.in_time.seen(g, tuple(x.shape[2:]))
        yield world("recordings", f"{factor:g} times as long", x, other, moved, seen)


def shifted_world(name: str, x: Tensor, other: Tensor, frames: float, bins: float) -> list[str]:
    """How far the shift of spectrograms misses the spectrograms of shifted sounds, in percent."""
    action, g = AXES.action(AXES.plane), element(AXES.plane, frames, bins)
    seen = action.seen(g, tuple(x.shape[1:]))
    return world(name, described(frames, bins), x, other, action(g, x), seen)


def world(name: str, motion: str, x: Tensor, other: Tensor, moved: Tensor, seen: Tensor) -> list[str]:
    """How far what is moved, and what is not, are from the spectrograms of the sounds that were."""
    return [name, motion, *(f"{interval(missed(other, guess, seen))}" for guess in (moved, x))]


def missed(x: Tensor, guess: Tensor, seen: Tensor) -> Sequence[float]:
    """|x - guess| / |x| in percent over the cells that are seen, of each sound."""
    return (100 * ((x - guess) * seen).flatten(1).norm(dim=1) / (x * seen).flatten(1).norm(dim=1)).tolist()


def element(group: object, frames: float, bins: float) -> Element:
    """The shift by frames and bins."""
    return AXES.shift(group, frames * AXES.seconds, bins * AXES.semitones)  # type: ignore[arg-type]


def described(frames: float, bins: float) -> str:
    """A shift in words."""
    return f"{frames:+g} frames, {bins:+g} bins".replace("-", "−")


def legend() -> Iterator[str]:
    """What the units are."""
    units = f"A frame is {1000 * AXES.seconds:g} ms, a bin {AXES.semitones:g} semitones"
    yield f"{units}. ± is the 95 % t-interval over sounds."


if __name__ == "__main__":
    main(*sys.argv[1:2])
