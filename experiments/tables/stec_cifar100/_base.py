"""The recipes of the table: baselines, and the same with an efference copy."""

from __future__ import annotations

from dataclasses import replace

from experiments import stec_digits, stec_published
from experiments.tables._sizes import ONE_PASS, make_row
from experiments.tables._stec import doubled, untrained, with_copy
from homossl.experiment import Published, Row, Size
from homossl.objectives import BYOL, MLP, Objective, ReLIC
from homossl.targets import EMA, Shared, Target
from homossl.train import Recipe

PAPER = stec_published.cifar100
SMALL = replace(stec_digits.simclr, epochs=25)

_projector = MLP(512, 64, norm_out="scale")

BASELINES: dict[str, tuple[str, Objective, Target]] = {
    "simclr": ("SimCLR", stec_published.nt_xent(0.5, 512, 64), Shared()),
    "byol": ("BYOL", BYOL(projector=_projector, predictor=MLP(512, 64)), EMA()),
    "relic": ("ReLIC", ReLIC(temperature=0.5, projector=_projector), Shared()),
}
FIGURES = {"simclr": 65.40, "stec_simclr": 66.80}
ORDER = ("frozen", *(f"{copy}{name}" for name in BASELINES for copy in ("", "stec_")))

TOY = "scikit-learn's 1,297 digits, crops without flips and colours, a CNN of 64 channels, 25 epochs of AdamW"
ONLINE = "a logistic regression fitted afterwards in the place of the online classifier"
DIFFERS: dict[Size, str] = {"smoke": f"{TOY}; {ONE_PASS}", "small": TOY, "paper": ONLINE}


def baseline(name: str) -> Row:
    """Discrimination alone."""
    said, objective, target = BASELINES[name]
    ours, same, _ = stec_digits.BASELINES[said]
    small, paper = doubled(SMALL, ours, same), doubled(PAPER, objective, target)
    return _row(said, name, small, paper, "frozen")


def with_efference_copy(name: str) -> Row:
    """Discrimination and the inverse model."""
    said, objective, target = BASELINES[name]
    ours, same, weight = stec_digits.BASELINES[said]
    small = with_copy(SMALL, ours, stec_digits.SIZE, weight, same)
    paper = with_copy(PAPER, objective, 32, 1.0, target)
    return _row(f"S-TEC, {said}", f"stec_{name}", small, paper, name)


def frozen() -> Row:
    """Initial weights."""
    return _row("frozen", "frozen", untrained(SMALL), untrained(PAPER), None)


def _row(title: str, name: str, small: Recipe, paper: Recipe, baseline: str | None) -> Row:
    return make_row(
        title, name, small=small, paper=paper, differs=DIFFERS, published=published(name), baseline=baseline
    )


def published(name: str) -> Published | None:
    """The paper's figure, where it could be read."""
    if name not in FIGURES:
        return None
    return Published(FIGURES[name], "CIFAR-100, ResNet-18, online linear head, top-1", "S-TEC (arXiv 2210.09224)")
