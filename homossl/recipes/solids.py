"""Recipes on solids under rotations of space: H-SSL on the sphere, A-SSL with the same draws, S-TEC, and no structure.

A cloud of points goes to functions on the sphere, which a rotation turns. The view of H-SSL and A-SSL is a cap of them,
their values at some points about the north pole; of S-TEC, the whole latent, with its rotation told apart.
"""

from __future__ import annotations

from dataclasses import replace

from groups import SO3
from homossl.credit import Backprop
from homossl.data import Solids
from homossl.encoders import TensorFieldNetwork
from homossl.objectives import MLP, GroupCorrelation, InfoNCE
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.views import FeatureFibre, InputAugmentation, Window

_cap = Window(4)
_contrast = InfoNCE(temperature=0.2, projector=MLP(256, 64))

hssl = Recipe(
    name="solids-hssl",
    data=Solids(points=64),
    group=SO3(),
    encoder=TensorFieldNetwork(),
    views=FeatureFibre(window=_cap),
    objective=_contrast,
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=3e-3),
    schedule=Cosine(warmup=1),
    epochs=10,
    batch_size=64,
)

assl = replace(hssl, name="solids-assl", views=InputAugmentation(window=_cap))

stec = replace(
    hssl,
    name="solids-stec",
    views=InputAugmentation(),
    objective=_contrast + 0.1 * GroupCorrelation(),
)

plain = replace(hssl, name="solids-plain", structure="untied")

pointnet = replace(plain, name="solids-pointnet", views=assl.views)
