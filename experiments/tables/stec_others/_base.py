"""The recipes of the table: the published settings of three data sets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from experiments import stec_digits, stec_published
from experiments.tables._sizes import ONE_PASS, make_row
from experiments.tables._stec import doubled, untrained, with_copy
from groups import Transform
from homossl.data import STL10, ImageFolder
from homossl.encoders import CNN
from homossl.experiment import Row, Size
from homossl.objectives import MLP, InfoNCE, Objective
from homossl.train import Recipe
from homossl.transforms import published

IMAGES = ImageFolder("data/cifar10", size=32, per_class=100, workers=0)
DIGITS = stec_digits.simclr.data
MEASURED = (stec_published.cifar10.data, STL10(size=96), stec_published.imagenet.data)


@dataclass(frozen=True)
class Setting:
    """What was published for a data set."""

    title: str
    paper: Recipe
    baseline: Objective
    size: int
    temperature: float
    weight: float
    """Of the inverse model."""
    transforms: tuple[Transform, ...]
    """Those of the paper, for images of 32 x 32 pixels."""

    @property
    def small(self) -> Recipe:
        """The same augmentation for a small network on CIFAR-10."""
        encoder = CNN("plain", fields=(16, 32, 64), steps=(1, 2, 2))
        views = stec_published.crops(32, *self.transforms)
        return replace(stec_digits.simclr, data=IMAGES, encoder=encoder, views=views, epochs=6)

    @property
    def contrast(self) -> InfoNCE:
        """The baseline of the small size."""
        return InfoNCE(temperature=self.temperature, projector=MLP(128, 32))


_cifar, _stl, _imagenet = (
    stec_published.nt_xent(t, h, o) for t, h, o in ((0.5, 512, 64), (0.2, 512, 128), (0.1, 2048, 128))
)

SETTINGS = {
    "cifar10": Setting("CIFAR-10", stec_published.cifar10, _cifar, 32, 0.5, 1.0, published.CIFAR),
    "stl10": Setting("STL-10", stec_published.stl10, _stl, 96, 0.2, 0.3, published.large(32)),
    "imagenet": Setting("ImageNet", stec_published.imagenet, _imagenet, 224, 0.1, 0.6, published.large(32)),
}
ORDER = tuple(f"{data}_{kind}" for data in SETTINGS for kind in ("frozen", "simclr", "stec"))

DIFFERS: dict[Size, str] = {
    "smoke": f"digits, {ONE_PASS}",
    "small": "1,000 CIFAR-10 images in data/cifar10, a CNN of 64 channels, 6 epochs of AdamW, batches of 128",
    "paper": "a logistic regression fitted afterwards in the place of the online classifier",
}


def frozen(data: str) -> Row:
    """Initial weights."""
    setting = SETTINGS[data]
    recipes = untrained(stec_digits.simclr), untrained(setting.small), untrained(setting.paper)
    return _row(f"{setting.title}, frozen", f"{data}_frozen", *recipes, None)


def simclr(data: str) -> Row:
    """Discrimination alone."""
    setting = SETTINGS[data]
    small, paper = doubled(setting.small, setting.contrast), doubled(setting.paper, setting.baseline)
    smoke = doubled(stec_digits.simclr, setting.contrast)
    return _row(f"{setting.title}, SimCLR", f"{data}_simclr", smoke, small, paper, f"{data}_frozen")


def stec(data: str) -> Row:
    """Discrimination and the inverse model."""
    s = SETTINGS[data]
    small = with_copy(s.small, s.contrast, 32, s.weight)
    smoke = with_copy(stec_digits.simclr, s.contrast, stec_digits.SIZE, s.weight)
    paper = with_copy(s.paper, s.baseline, s.size, s.weight)
    return _row(f"{s.title}, S-TEC", f"{data}_stec", smoke, small, paper, f"{data}_simclr")


def _row(title: str, name: str, smoke: Recipe, small: Recipe, paper: Recipe, baseline: str | None) -> Row:
    return make_row(title, name, smoke=smoke, small=small, paper=paper, differs=DIFFERS, baseline=baseline)
