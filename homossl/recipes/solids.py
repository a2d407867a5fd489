"""Recipes on solids under rotations of space: H-SSL on the sphere, A-SSL with the same draws, S-TEC, and no structure.

A cloud of points goes to functions on the sphere, which a rotation turns. A view of H-SSL and A-SSL is their values at
some points about the north pole. S-TEC compares whole latents, each of half of the points, and asks for the rotation
between them; half of the points can be taken of inputs only. Learning rate and length were chosen after a look at seven
runs of seed 10, and the data were made smaller for two cores.
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
from homossl.transforms import Subsample
from homossl.views import FeatureFibre, InputAugmentation, Window

_cap = Window(4)
_contrast = InfoNCE(temperature=0.2, projector=MLP(256, 64))

hssl = Recipe(
    name="turned-solids",
    data=Solids(points=48, train=20),
    group=SO3(),
    encoder=TensorFieldNetwork(),
    views=FeatureFibre(window=_cap),
    objective=_contrast,
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=1e-3),
    schedule=Cosine(warmup=1),
    epochs=10,
    batch_size=50,
)

assl = replace(hssl, name="turned-solids-assl", views=InputAugmentation(window=_cap))

halves = replace(hssl, name="turned-solids-halves", views=InputAugmentation(transforms=(Subsample(0.5),)))

stec = replace(halves, name="turned-solids-stec", objective=_contrast + 0.1 * GroupCorrelation())

plain = replace(hssl, name="turned-solids-plain", structure="untied")

pointnet = replace(plain, name="turned-solids-pointnet", views=halves.views)
