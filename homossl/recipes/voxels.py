"""Recipes of solids as voxels under the 24 rotations of the cube: H-SSL, A-SSL with the same draws, and no structure.

The encoder is an exact homomorphism, so A-SSL and H-SSL differ by rounding only. A view is the mean of the feature
field over its cells, moved by any of the rotations; the solids are turned by rotations of all kinds.
"""

from __future__ import annotations

from dataclasses import replace

from groups import Octahedral
from homossl.credit import Backprop
from homossl.data import Solids, Voxels
from homossl.encoders import VoxelCNN
from homossl.objectives import MLP, InfoNCE
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.views import FeatureFibre, InputAugmentation, Uniform, Window

_views = FeatureFibre(motion=Uniform(), window=Window(mean=True))

hssl = Recipe(
    name="turned-voxels",
    data=Voxels(Solids(points=1024), size=17),
    group=Octahedral(),
    encoder=VoxelCNN(),
    views=_views,
    objective=InfoNCE(temperature=0.2, projector=MLP(256, 64)),
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=2e-3),
    schedule=Cosine(warmup=3),
    epochs=20,
    batch_size=100,
)

assl = replace(hssl, name="turned-voxels-assl", views=InputAugmentation(motion=_views.motion, window=_views.window))

plain = replace(hssl, name="turned-voxels-plain", structure="untied")
