"""Recipes for sound: timbres of melodies that are made on the spot, and spoken digits in a folder of yours.

Both live on the torus of a constant-Q spectrogram, shifts in pitch and time, for which the encoder is an exact
homomorphism: A-SSL with the same motions and H-SSL differ by rounding only. So A-SSL is given what H-SSL cannot have,
masks and noise on its inputs. S-TEC is that A-SSL with the efference copy, the shift in pitch and time, to be read from
both views. With strides, for which the group is `axes.plane`, features are moved by parts of a cell, and H-SSL learns
less: the digits have a coarser spectrogram instead.

Views are windows of half of the rows, moved by up to 6 semitones and 0.2 s. `notes` takes a minute on one core: from 5
labels per class the timbre is told from pooled features of 57 % of sounds by the frozen encoder, and of 72 % after
training; the melody, an order of notes that pooling forgets, of 62 and 48 % (seed 0).
"""

from __future__ import annotations

from dataclasses import replace

from homossl.credit import Backprop
from homossl.data.sound import FSDD, ConstantQ, Melodies, SpectrogramAxes
from homossl.encoders import ShiftCNN
from homossl.objectives import MLP, Bins, InfoNCE, InverseModel, Readout
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.transforms import FrequencyMask, Noise, TimeMask
from homossl.views import FeatureFibre, InputAugmentation, Near, Window

SECONDS, SEMITONES = 0.2, 6.0
"""Greatest shift of a view."""

_notes = ConstantQ()
_words = ConstantQ(hop=512, averaged=4, frames=16, bins=22, guard=2, per_octave=4)


def near(axes: SpectrogramAxes) -> Near:
    """Shifts of a torus by up to SECONDS and SEMITONES."""
    return Near(axes.reach(axes.torus, SECONDS, SEMITONES))


notes = Recipe(
    name="notes",
    data=Melodies(spectrogram=_notes),
    group=_notes.axes.torus,
    encoder=ShiftCNN(widths=(8, 16, 32)),
    views=FeatureFibre(motion=near(_notes.axes), window=Window(24)),
    objective=InfoNCE(temperature=0.2, projector=MLP(128, 64)),
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=5e-3),
    schedule=Cosine(warmup=1),
    epochs=10,
    batch_size=128,
)

spoken_digits = replace(
    notes,
    name="spoken-digits",
    data=FSDD("data/fsdd/recordings", _words),
    group=_words.axes.torus,
    encoder=ShiftCNN(widths=(16, 32, 32)),
    views=FeatureFibre(motion=near(_words.axes), window=Window(12)),
)

assl_spoken_digits = replace(
    spoken_digits,
    name="assl-spoken-digits",
    views=InputAugmentation(
        motion=near(_words.axes),
        window=Window(12),
        transforms=(FrequencyMask(4), TimeMask(4), Noise(0.1)),
    ),
)

_inverse = InverseModel(readout=Readout(pool=False), hidden=128, code=Bins())

stec_spoken_digits = replace(
    assl_spoken_digits, name="stec-spoken-digits", objective=2.0 * spoken_digits.objective + 1.0 * _inverse
)
