"""Recipes for sound: melodies that are made on the spot, and spoken digits in a folder of yours.

Melodies live on the torus of a constant-Q spectrogram, shifts in pitch and time, for which the encoder is an exact
homomorphism: A-SSL with the same motions and H-SSL differ by rounding only. So A-SSL is given what H-SSL cannot have,
masks and noise on its inputs. S-TEC is that A-SSL with the efference copy, the shift in pitch and time, to be read from
both views. Spoken digits have a border, strides of 2, and shifts that are interpolated between cells of the features.

Views are windows of 24 x 24 of the 48 x 32 cells, moved by up to 6 semitones (4 bins) and 0.16 s (5 frames).
"""

from __future__ import annotations

from dataclasses import replace

from homossl.credit import Backprop
from homossl.data.sound import FSDD, ConstantQ, Melodies
from homossl.encoders import ShiftCNN
from homossl.objectives import MLP, Bins, InfoNCE, InverseModel, Readout
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.transforms import FrequencyMask, Noise, TimeMask
from homossl.views import FeatureFibre, InputAugmentation, Near, Window

AXES = ConstantQ().axes
SECONDS, SEMITONES = 0.16, 6.0
"""Greatest shift of a view."""
TRANSFORMS = (FrequencyMask(8), TimeMask(8), Noise(0.1))

notes = Recipe(
    name="notes",
    data=Melodies(),
    group=AXES.torus,
    encoder=ShiftCNN(widths=(8, 16, 32)),
    views=FeatureFibre(motion=Near(AXES.reach(AXES.torus, SECONDS, SEMITONES)), window=Window(pixels=24)),
    objective=InfoNCE(temperature=0.2, projector=MLP(128, 64)),
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=5e-3),
    schedule=Cosine(warmup=1),
    epochs=10,
    batch_size=128,
)

_reach = AXES.reach(AXES.plane, SECONDS, SEMITONES)

spoken_digits = replace(
    notes,
    name="spoken-digits",
    data=FSDD("data/fsdd/recordings"),
    group=AXES.plane,
    encoder=ShiftCNN(widths=(16, 32, 64), steps=(2, 2, 1)),
    views=FeatureFibre(motion=Near(_reach), window=Window(pixels=24)),
    epochs=30,
)

_inverse = InverseModel(
    readout=Readout(pool=False), hidden=128, code=Bins(6, tuple(-2 * r for r in _reach), tuple(2 * r for r in _reach))
)


def augmented(recipe: Recipe) -> Recipe:
    """A-SSL with the motions and windows of an H-SSL recipe, and masks and noise on the inputs."""
    views = InputAugmentation(motion=recipe.views.motion, window=recipe.views.window, transforms=TRANSFORMS)  # type: ignore[attr-defined]
    return replace(recipe, name=f"assl-{recipe.name}", views=views)


assl_spoken_digits = augmented(spoken_digits)
stec_spoken_digits = replace(
    assl_spoken_digits, name="stec-spoken-digits", objective=2.0 * spoken_digits.objective + 1.0 * _inverse
)
