"""Recipes to start from: H-SSL on digits, A-SSL with the same group and draws, and H-SSL without structure."""

from __future__ import annotations

from dataclasses import replace

from groups import Cyclic, SemidirectProduct, Translation
from homossl.credit import Backprop
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.objectives import InfoNCE
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.views import FeatureFibre, InputAugmentation, Near, Window

_views = FeatureFibre(motion=Near((4.0, 0.8)), window=Window(2))  # up to 4 pixels and one turn of 45 degrees
_encoder = CNN(fields=(4, 8, 16), steps=(1, 2, 2))

hssl = Recipe(
    name="hssl",
    data=Digits(17),
    group=SemidirectProduct(Translation(2), Cyclic(8)),
    encoder=_encoder,
    views=_views,
    objective=InfoNCE(temperature=0.2),
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=2e-3),
    schedule=Cosine(warmup=6),
    epochs=60,
    batch_size=256,
)

assl = replace(hssl, name="assl", views=InputAugmentation(motion=_views.motion, window=_views.window))

plain = replace(hssl, name="plain", encoder=replace(_encoder, structure="plain"))
