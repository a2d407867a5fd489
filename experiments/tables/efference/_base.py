"""The recipes of the table: A-SSL of a C_8 encoder, with efference copies of several forms."""

from __future__ import annotations

from dataclasses import replace

from experiments import cifar10
from experiments.tables._sizes import make_row
from groups import Cyclic, SemidirectProduct, Transform, Translation
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.experiment import Row
from homossl.objectives import MLP, Bins, GroupCorrelation, InfoNCE, InverseModel, JointEfference, Objective
from homossl.recipes import similarity
from homossl.structure import Structure
from homossl.transforms import ColorJitter, published
from homossl.views import InputAugmentation, Near

SIZE, SHIFT = 17, 2.0
BRIGHTNESS: tuple[Transform, ...] = (ColorJitter(0.4, 0.4, 0.0, 0.0),)

SMALL = replace(
    similarity.hssl,
    data=Digits(SIZE),
    group=SemidirectProduct(Translation(2), Cyclic(8)),
    encoder=CNN(fields=(4, 8, 8), steps=(1, 2, 2)),
    views=InputAugmentation(motion=Near((SHIFT, 0.8)), transforms=BRIGHTNESS),
    epochs=10,
)
PAPER = replace(cifar10.hssl, views=InputAugmentation(motion=Near((8.0, 0.8)), transforms=published.CIFAR))

TITLES = {
    "none": "none",
    "official": "inverse model, official",
    "body": "inverse model, body",
    "correlation": "group correlation",
    "joint_without_motion": "joint softmax, images only",
    "joint": "joint softmax",
}
SHUFFLED = ("official", "body", "correlation", "joint")
ORDER = ("frozen", *TITLES, *(f"{copy}_shuffled" for copy in SHUFFLED))
_BASELINES = {"none": "frozen", "joint_without_motion": "frozen", "joint": "joint_without_motion"}


def objectives(size: int, shift: float, hidden: int, projector: MLP) -> dict[str, Objective]:
    """Objectives by the form of the copy, for images of so many pixels whose views are shifted by up to `shift`."""
    contrast = 2.0 * InfoNCE(temperature=0.2, projector=projector)
    body = Bins(6, (-2 * shift, -2 * shift, None), (2 * shift, 2 * shift, None))
    return {
        "none": contrast,
        "official": contrast + 1.0 * InverseModel(hidden=hidden, code=Bins.published(size), mode="official"),
        "body": contrast + 1.0 * InverseModel(hidden=hidden, code=body, mode="body"),
        "correlation": contrast + 1.0 * GroupCorrelation(),
        "joint_without_motion": JointEfference(lam=0.0),
        "joint": JointEfference(),
    }


_SMALL = objectives(SIZE, SHIFT, 128, MLP(256, 64))
_PAPER = objectives(33, 8.0, 512, MLP(512, 64))


def trained(copy: str) -> Row:
    """With a form of the copy, or none."""
    return _row(TITLES[copy], copy, copy, "intact", _BASELINES.get(copy, "none"))


def shuffled(copy: str) -> Row:
    """The same, told the motion of another pair."""
    return _row(f"{TITLES[copy]}, shuffled", f"{copy}_shuffled", copy, "shuffled_motion", copy)


def frozen() -> Row:
    """Initial weights."""
    small, paper = (replace(base, epochs=0) for base in (SMALL, PAPER))
    return make_row("frozen", "frozen", small=small, paper=paper)


def _row(title: str, name: str, copy: str, structure: Structure, baseline: str) -> Row:
    small, paper = (
        replace(base, objective=losses[copy], structure=structure)
        for base, losses in ((SMALL, _SMALL), (PAPER, _PAPER))
    )
    return make_row(title, name, small=small, paper=paper, baseline=baseline)
