"""The recipes of the table: two kinds of views under every rule."""

from __future__ import annotations

from dataclasses import replace

from experiments import local_cifar10, stec_digits
from experiments.local_published import row as for_all_stages
from experiments.tables._sizes import make_row
from groups import Cyclic, SemidirectProduct, Translation
from homossl.credit import (
    Backprop,
    ConvInverse,
    Credit,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
    RandomLayerwise,
)
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.experiment import Row
from homossl.objectives import InfoNCE, Linear
from homossl.train import AdamW, Cosine, Recipe
from homossl.views import FeatureFibre, Near, Window

DIGITS = Digits(17)
STAGES = {"small": 3, "paper": 5}

_assl = replace(
    stec_digits.simclr,
    encoder=CNN("plain", fields=(16, 32, 64), steps=(1, 2, 2), norm="local"),
    objective=InfoNCE(temperature=0.1, projector=Linear(64)),
    optimiser=AdamW(lr=1e-3, weight_decay=0.0),
    schedule=Cosine(final=1.0),
    epochs=10,
    batch_size=64,
)
SMALL = {
    "assl": _assl,
    "hssl": replace(
        _assl,
        group=SemidirectProduct(Translation(2), Cyclic(4)),
        encoder=CNN(fields=(4, 8, 16), steps=(1, 2, 2), norm="local"),
        views=FeatureFibre(motion=Near((2.0, 1.6)), window=Window(3)),
    ),
}
_gpu, _local = (local_cifar10.gpu[f"gpu-infonce-{rule}"] for rule in ("e2e", "local"))
PAPER = {"assl": _gpu, "hssl": replace(_local, epochs=_gpu.epochs)}
SOURCES = {"assl": "A-SSL", "hssl": "H-SSL"}

RULES: dict[str, tuple[str, Credit]] = {
    "bp": ("backpropagation", Backprop()),
    "gll": ("greedy layer-wise, all stages at once", GreedyLayerwise()),
    "gll_successive": ("greedy layer-wise, stage after stage", GreedyLayerwise("successive")),
    "rll": ("random layer-wise", RandomLayerwise()),
    "rll_shuffled": ("random layer-wise, shuffled", RandomLayerwise("shuffled")),
    "rf": ("random feedback", FeedbackAlignment()),
    "urf": ("random feedback, updated", FeedbackAlignment("same")),
    "sign": ("sign-symmetric feedback", FeedbackAlignment("sign")),
    "gll_rf": ("greedy layer-wise, random feedback", FeedbackAlignment(losses=GreedyLayerwise("successive"))),
    "rll_rf": ("random layer-wise, random feedback", FeedbackAlignment(losses=RandomLayerwise())),
    "dtp": ("difference target propagation", DifferenceTargetPropagation()),
    "tp": ("target propagation, no difference", DifferenceTargetPropagation(difference=False)),
}
ORDER = tuple(f"{views}_{rule}" for views in SMALL for rule in ("frozen", *RULES))


def trained(views: str, rule: str) -> Row:
    """A row of the table."""
    said, credit = RULES[rule]
    small, paper = (
        _taught(base, credit, STAGES[size]) for base, size in ((SMALL[views], "small"), (PAPER[views], "paper"))
    )
    return make_row(
        f"{SOURCES[views]}, {said}", f"{views}_{rule}", small=small, paper=paper, baseline=f"{views}_frozen"
    )


def frozen(views: str) -> Row:
    """Initial weights."""
    small, paper = (replace(base, credit=Backprop(), epochs=0) for base in (SMALL[views], PAPER[views]))
    return make_row(f"{SOURCES[views]}, frozen", f"{views}_frozen", small=small, paper=paper)


def _taught(base: Recipe, credit: Credit, stages: int) -> Recipe:
    """By a rule, once for each stage where it teaches one at a time."""
    return for_all_stages(base, base.name, base.objective, _suited(credit, base.batch_size), stages)


def _suited(credit: Credit, batch: int) -> Credit:
    """Targets of a mean over 2 b anchors as far off as those of a sum; stages after a ReLU have unbounded inverses."""
    if isinstance(credit, DifferenceTargetPropagation):
        return replace(credit, alpha=2 * batch * credit.alpha, reduction="sum", inverse=ConvInverse(bounded=False))
    return credit
