"""The recipes of the table: two encoders, and five ways to pretrain them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from experiments import cifar10
from experiments.tables._sizes import make_row
from experiments.tables._transfer import ENCODERS, plain
from groups import Affine2, Cyclic, SemidirectProduct, Translation, image_action
from homossl.credit import Backprop
from homossl.data import CIFAR10, ImageFolder
from homossl.encoders import CNN
from homossl.experiment import Row, Size
from homossl.objectives import MLP, Bins, InfoNCE, InverseModel
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.transfer import Probe, Transfer
from homossl.transforms import published
from homossl.views import FeatureFibre, InputAugmentation, Near, RandomResizedCrop, Window

NAMES = {"frozen": "frozen", "assl": "A-SSL", "hssl": "H-SSL", "simclr": "SimCLR", "stec": "S-TEC"}
ORDER = tuple(f"{encoder}_{name}" for encoder in ENCODERS for name in NAMES)
SIZE = 33

FOLDER = ImageFolder("data/cifar10", SIZE, workers=0)
_nce = InfoNCE(temperature=0.2, projector=MLP(256, 64))
_crops = InputAugmentation(image_action(Affine2(), 3, padding="border"), RandomResizedCrop(SIZE), published.CIFAR)
_small = Recipe(
    name="small",
    data=replace(FOLDER, per_class=1000),
    group=SemidirectProduct(Translation(2), Cyclic(8)),
    encoder=CNN(fields=(2, 4, 8, 8), steps=(2, 1, 2, 1)),
    views=FeatureFibre(motion=Near((8.0, 0.8)), window=Window(3)),
    objective=_nce,
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=2e-3),
    schedule=Cosine(warmup=0.5),
    epochs=5,
    batch_size=128,
)


def pretrained(name: str, base: Recipe) -> Recipe:
    """A way to pretrain."""
    views: Any = base.views
    moved = InputAugmentation(motion=views.motion, window=views.window)
    copy = InverseModel(code=Bins.published(SIZE), mode="official")
    changes: dict[str, dict[str, Any]] = {
        "frozen": {"epochs": 0},
        "assl": {"views": moved},
        "hssl": {},
        "simclr": {"views": _crops, "objective": 2.0 * base.objective},
        "stec": {"views": _crops, "objective": 2.0 * base.objective + 1.0 * copy},
    }
    return replace(base, **changes[name])


def make(encoder: str, name: str) -> Row:
    """A row: an encoder, pretrained in some way."""
    bases = (_small, cifar10.hssl)
    small, paper = (pretrained(name, plain(base) if encoder == "plain" else base) for base in bases)
    smoke = replace(small, data=replace(FOLDER, per_class=20), epochs=1)
    baseline = None if name == "frozen" else f"{encoder}_frozen"
    title = f"{ENCODERS[encoder]}, {NAMES[name]}"
    return make_row(title, f"{encoder}_{name}", small=small, paper=paper, smoke=smoke, baseline=baseline)


def tasks(data: Any) -> tuple[Transfer, ...]:
    """All labels, 1 % of them, and the nearest neighbour."""
    return (Probe(data=data), Probe(data=data, shares=(0.01,)))


TASKS: dict[Size, tuple[Transfer, ...]] = {
    "smoke": (Probe(data=replace(FOLDER, per_class=20), shares=(0.1,)),),
    "small": (Probe(data=replace(FOLDER, per_class=1000), shares=(0.01,)),),
    "paper": (Probe(data=CIFAR10(size=SIZE), shares=(0.01,)),),
}
