"""S-TEC's published settings: `homossl pretrain experiments/stec_published.py:cifar10`, `:cifar100`, ...

Source: Scherr, Guo & Moraitis, Self-Supervised Learning Through Efference Copies (NeurIPS 2022, arXiv 2210.09224), the
authors' public code and its README; the paper's body could not be read.
Setting: as published are networks, projector, inverse model, augmentation, optimiser, schedule, batch, epochs, learning
rates, temperatures and weights; lambda_disc = 2 is the default of the authors' command line. Ours are the width of
ResNet-50's projector (2048), the blur's kernel (a tenth of the image), images of ImageNet cropped from their centre
square at 224 pixels, STL-10's labelled training images, a hue that turns about the grey axis, and crops that
interpolate across their border and are not antialiased. `homossl evaluate` fits a linear probe in the place of the
online classifier.
Expected figure: CIFAR-100, ResNet-18, online linear head: SimCLR 65.40, S-TEC 66.80 % (top-1). No other could be read.
Cost: not measured; a thousand epochs of CIFAR are many hours of one GPU.
"""

from __future__ import annotations

from dataclasses import replace

from groups import Affine2, Cyclic, Transform, image_action
from homossl.credit import Backprop
from homossl.data import CIFAR10, CIFAR100, STL10, Data, ImageFolder
from homossl.encoders import ResNet18, ResNet50
from homossl.objectives import MLP, Bins, InfoNCE, InverseModel, Objective
from homossl.targets import Shared
from homossl.train import LARS, Cosine, Hardware, Recipe
from homossl.transforms import published
from homossl.views import InputAugmentation, RandomResizedCrop


def crops(size: int, *transforms: Transform) -> InputAugmentation:
    """Two random resized crops of each image, with flips."""
    action = image_action(Affine2(), 3, padding="border")
    return InputAugmentation(action, RandomResizedCrop(size), transforms=transforms)


def nt_xent(temperature: float, hidden: int, out: int) -> InfoNCE:
    """NT-Xent of projections that end in a batch norm without shift."""
    return InfoNCE(temperature=temperature, projector=MLP(hidden, out, norm_out="scale"))


def stec(baseline: Objective, size: int, weight: float) -> Objective:
    """A discrimination loss and the published inverse model, told from features."""
    return 2.0 * baseline + weight * InverseModel(code=Bins.published(size), mode="official")


def recipe(name: str, data: Data, **settings: object) -> Recipe:
    """What the settings share."""
    shared = {
        "group": Cyclic(1),
        "encoder": ResNet18("plain"),
        "target": Shared(),
        "credit": Backprop(),
        "schedule": Cosine(warmup=10),
        "hardware": Hardware(precision="16-mixed"),
        "batch_size": 1024,
        "epochs": 1000,
    }
    return Recipe(name=name, data=data, **shared | settings)  # type: ignore[arg-type]


cifar10 = recipe(
    "stec-cifar10",
    CIFAR10(size=32),
    views=crops(32, *published.CIFAR),
    objective=stec(nt_xent(0.5, 512, 64), 32, weight=1.0),
    optimiser=LARS(lr=4.0),
)

cifar100 = replace(cifar10, name="stec-cifar100", data=CIFAR100(size=32))

stl10 = recipe(
    "stec-stl10",
    STL10(size=96),
    encoder=ResNet18("plain", entrance="large"),
    views=crops(96, *published.STL10),
    objective=stec(nt_xent(0.2, 512, 128), 96, weight=0.3),
    optimiser=LARS(lr=1.2),
)

imagenet = recipe(
    "stec-imagenet",
    ImageFolder("data/imagenet", size=224),
    encoder=ResNet50("plain"),
    views=crops(224, *published.IMAGENET),
    objective=stec(nt_xent(0.1, 2048, 128), 224, weight=0.6),
    optimiser=LARS(lr=1.97),
    batch_size=1680,
    epochs=100,
)
