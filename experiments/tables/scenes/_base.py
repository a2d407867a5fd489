"""The recipes of the table: two encoders, four ways to pretrain them, and what they are measured by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from experiments.tables._sizes import make_row
from experiments.tables._transfer import ENCODERS, plain
from groups import Affine2, Cyclic, SemidirectProduct, Translation, image_action
from homossl.credit import Backprop
from homossl.data import DigitScenes
from homossl.encoders import CNN, ResNet18
from homossl.experiment import Row, Size
from homossl.objectives import MLP, Bins, InfoNCE, InverseModel
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Hardware, Recipe
from homossl.transfer import Detection, Probe, Robustness, Segmentation, Transfer
from homossl.transforms import ColorJitter
from homossl.views import FeatureFibre, InputAugmentation, Near, RandomResizedCrop, Window

NAMES = {"frozen": "frozen", "simclr": "SimCLR", "stec": "S-TEC", "hssl": "H-SSL"}
ORDER = tuple(f"{encoder}_{name}" for encoder in ENCODERS for name in NAMES)

SMALL_SIZE, PAPER_SIZE = 33, 129
SCENES = DigitScenes(SMALL_SIZE, scale_span=(0.3, 0.5), contrast=0.2, train=600, test=200, seed=1)
CROWDS = DigitScenes(PAPER_SIZE, count=(1, 8), scale_span=(0.12, 0.4), train=20_000, test=2_000, seed=1)
NCE = InfoNCE(temperature=0.2, projector=MLP(256, 64))

_small = Recipe(
    name="small",
    data=replace(SCENES, train=2000, seed=0),
    group=SemidirectProduct(Translation(2), Cyclic(8)),
    encoder=CNN(fields=(2, 4, 8, 8), steps=(1, 2, 1, 2)),
    views=FeatureFibre(motion=Near((4.0, 0.8)), window=Window(3)),
    objective=NCE,
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=2e-3),
    schedule=Cosine(warmup=1.0),
    epochs=15,
    batch_size=128,
)
_paper = replace(
    _small,
    data=replace(CROWDS, seed=0),
    encoder=ResNet18(),
    views=FeatureFibre(motion=Near((16.0, 0.8)), window=Window(5)),
    hardware=Hardware(precision="bf16-mixed"),
    epochs=100,
    batch_size=256,
)


def crops(size: int) -> InputAugmentation:
    """Two random resized crops of each scene, with flips, as the published inverse model wants them, and jitter."""
    action = image_action(Affine2(), 1, padding="border")
    return InputAugmentation(action, RandomResizedCrop(size), transforms=(ColorJitter(0.4, 0.4, 0.0, 0.0),))


def pretrained(name: str, base: Recipe, size: int) -> Recipe:
    """A way to pretrain."""
    copy = InverseModel(code=Bins.published(size), mode="official")
    changes: dict[str, dict[str, Any]] = {
        "frozen": {"epochs": 0},
        "hssl": {},
        "simclr": {"views": crops(size), "objective": 2.0 * NCE},
        "stec": {"views": crops(size), "objective": 2.0 * NCE + 1.0 * copy},
    }
    return replace(base, **changes[name])


def make(encoder: str, name: str) -> Row:
    """A row: an encoder, pretrained in some way."""
    bases = ((_small, SMALL_SIZE), (_paper, PAPER_SIZE))
    if encoder == "plain":
        bases = tuple((plain(base), size) for base, size in bases)
    small, paper = (pretrained(name, base, size) for base, size in bases)
    smoke = replace(small, data=replace(SCENES, train=128, test=32), epochs=1)
    baseline = None if name == "frozen" else f"{encoder}_frozen"
    title = f"{ENCODERS[encoder]}, {NAMES[name]}"
    return make_row(title, f"{encoder}_{name}", small=small, paper=paper, smoke=smoke, baseline=baseline)


def tasks(
    scenes: DigitScenes, epochs: int, angles: tuple[float, ...], labels: int, finest: int
) -> tuple[Transfer, ...]:
    """Classification of scenes of one digit, segmentation by either decoder, and detection; each at some angles."""
    turned = (Robustness("turn", angles),)
    single = replace(scenes, count=(1, 1), scale_span=(0.45, 0.65))
    shared: dict[str, Any] = {"data": scenes, "curves": turned}
    return (
        Probe(data=single, labels=(labels,), readout="pooled", curves=turned),
        Segmentation(head="equivariant", epochs=epochs, **shared),
        Segmentation(head="fcn", epochs=epochs, **shared),
        Detection(finest=finest, epochs=epochs, **shared),
    )


TASKS: dict[Size, tuple[Transfer, ...]] = {
    "smoke": tasks(replace(SCENES, train=64, test=32), 1, (0.0, 90.0), labels=1, finest=2),
    "small": tasks(SCENES, 10, (0.0, 30.0, 60.0, 90.0, 135.0, 180.0), labels=10, finest=2),
    "paper": tasks(CROWDS, 30, tuple(15.0 * i for i in range(24)), labels=10, finest=4),
}
