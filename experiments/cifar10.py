"""H-SSL and A-SSL on CIFAR-10 with a steerable ResNet-18 form: `homossl pretrain experiments/cifar10.py:hssl`.

Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282), which reports CIFAR-10 with rotations
and translations. Its hyper-parameters could not be read: these are ours, and no figure of the paper is claimed for
them.
Setting: C_8 and shifts, windows of 3 x 3 cells of the 5 x 5 map, SimCLR's loss. `digest` is sized for two cores.
Expected figure: none yet.
Cost: `digest` sees 600 images/s on two cores, 1.5 minutes an epoch; not measured on a GPU.

`--data ImageFolder --data.root DIR --data.size 33` reads CIFAR-10, or anything else, from a folder of images.
"""

from __future__ import annotations

from dataclasses import replace

from groups import Cyclic, SemidirectProduct, Translation
from homossl.credit import Backprop
from homossl.data import CIFAR10
from homossl.encoders import CNN, ResNet18
from homossl.objectives import MLP, InfoNCE
from homossl.targets import Shared
from homossl.train import LARS, AdamW, Cosine, Recipe
from homossl.views import FeatureFibre, InputAugmentation, Near, Window

_views = FeatureFibre(motion=Near((8.0, 0.8)), window=Window(3))  # up to 8 pixels and one turn of 45 degrees

hssl = Recipe(
    name="cifar10-hssl",
    data=CIFAR10(size=33),
    group=SemidirectProduct(Translation(2), Cyclic(8)),
    encoder=ResNet18(width=64),
    views=_views,
    objective=InfoNCE(temperature=0.2, projector=MLP(512, 64)),
    target=Shared(),
    credit=Backprop(),
    optimiser=LARS(lr=1.0),
    schedule=Cosine(warmup=10),
    epochs=200,
    batch_size=512,
)

assl = replace(hssl, name="cifar10-assl", views=InputAugmentation(motion=_views.motion, window=_views.window))

digest = replace(
    hssl,
    name="cifar10-digest",
    encoder=CNN(fields=(4, 8, 16, 32), steps=(1, 2, 2, 2)),
    optimiser=AdamW(lr=2e-3),
    schedule=Cosine(warmup=0.5),
    epochs=2,
    batch_size=256,
)
