"""Digits that are turned, zoomed and shifted: a latent over 6 turns and 3 scales, moved by small similarities.

The digits of 17 x 17 pixels are turned by up to 0.5 radians, drawn at 0.7 to 1 of their size and shifted by up to 2
pixels. `hssl` reads both views from one feature field, a window of 3 x 3 of its 5 x 5 cells under motions of up to 0.4
radians, a fifth in size and 2 pixels; `assl` moves the inputs by the same draws, and `plain` is H-SSL without
structure. Motions by whole steps of the axes are whole steps in the latent; others are interpolated. By how much the
two differ then, `homossl.verify.truncation` measures.
"""

from __future__ import annotations

import math
from dataclasses import replace

from groups import Similarity2
from homossl.credit import Backprop
from homossl.data import Digits, Moved
from homossl.encoders import ScaleCNN
from homossl.objectives import MLP, InfoNCE
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.views import FeatureFibre, InputAugmentation, Near, Window

NUISANCE = (0.5, math.log(2) / 4, 2.0, 2.0)
"""Greatest turn, zoom and shift of the digits, about a zoom of their centre."""

_views = FeatureFibre(motion=Near((0.4, 0.2, 2.0, 2.0)), window=Window(3))

hssl = Recipe(
    name="moved-digits",
    data=Moved(Digits(17), Similarity2(), NUISANCE, about=(0.0, -math.log(2) / 4, 0.0, 0.0)),
    group=Similarity2(),
    encoder=ScaleCNN(fields=(4, 6, 6), steps=(1, 2, 2), scales=3, turns=6, first=0.9),
    views=_views,
    objective=InfoNCE(temperature=0.2, projector=MLP(256, 64)),
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=5e-3),
    schedule=Cosine(warmup=3),
    epochs=25,
    batch_size=128,
)

assl = replace(hssl, name="moved-digits-assl", views=InputAugmentation(motion=_views.motion, window=_views.window))

plain = replace(hssl, name="moved-digits-plain", structure="untied")
"""The plain twin of the same depth and number of parameters, which claims to be moved the same way."""
