"""The tables of biologically plausible SSL, each row a recipe: `homossl pretrain experiments/local_published.py:ROW`.

Rows are named by objective, credit rule and way back of the error, `hinge-gll-rf`; `-few` is the second column of the
first table (gradient block, 5 negatives), `stl-` the second table. `python -m experiments.local_published` prints the
published figures beside those of the runs that are in `runs/` and were evaluated.

Source: Tang, Yang & Amit, Biologically plausible training mechanisms for self-supervised learning in deep networks
(Front. Comput. Neurosci. 2022, arXiv 2109.15089): the figures; the settings from the authors' public code. The paper's
methods could not be read.
Setting: as published are networks, margins, negatives, augmentation, optimiser, learning rates, batches, and epochs
per stage. Ours are the initial weights (He's), hue and saturation (about the grey axis, not in HSV), errors that go
through random feedback in the head too, STL-10 resized to 64 pixels, its epochs and its augmentation (taken from
CIFAR), and the place of the patches. Of target propagation only alpha, sigma and the inverses' learning rate are
those of the authors' code for it, which has another network (`CONV5`), another form of the hinge
(`ContrastiveHinge.target_propagation()`), batches of 2000 and a learning rate of 2e-4: its rows have the table's
network and hinge here, summed local losses, and inverses without the tanh, as the features of CONV6 are not bounded.
`homossl evaluate RUN --data CIFAR10 --data.size 32` (`--data STL10 --data.size 64`) fits a
logistic regression to features averaged over space, where the paper trains a linear classifier by Adam for 200 epochs.
Expected figures: PUBLISHED, in percent.
Cost: not measured; 2000 epochs of CIFAR-100 for a layer-wise row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from experiments.writing import markdown
from groups import Affine2, Cyclic, image_action
from homossl.credit import (
    Backprop,
    ConvInverse,
    Credit,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
    RandomLayerwise,
)
from homossl.data import CIFAR100, STL10
from homossl.encoders import CONV6, VGG6
from homossl.objectives import CLAPP, ContrastiveHinge, InfoNCE, Linear, Objective, PerMotion
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.transforms import RandomGrayscale, published
from homossl.views import GazeShift, InputAugmentation, RandomAffine

RUNS = Path("runs")
EPOCHS = 400

HINGE = ContrastiveHinge(gradient_block=False)
FEW = ContrastiveHinge.future(5)
SIMCLR = InfoNCE(temperature=0.1, projector=Linear(64))
SUCCESSIVE, RANDOM = GreedyLayerwise("successive"), RandomLayerwise()
TARGETS = DifferenceTargetPropagation(reduction="sum", inverse=ConvInverse(bounded=False))


def augmented(size: int) -> InputAugmentation:
    """Two random affine views, with saturation and hue changed."""
    return InputAugmentation(image_action(Affine2(), 3), RandomAffine(size), transforms=published.HINGE_CIFAR)


def row(base: Recipe, name: str, objective: Objective, credit: Credit, stages: int) -> Recipe:
    """A row: rules that teach one stage at a time see the images once for each stage."""
    in_turn = getattr(credit, "losses", credit) in (SUCCESSIVE, RANDOM)
    return replace(base, name=name, objective=objective, credit=credit, epochs=base.epochs * (stages if in_turn else 1))


_cifar = Recipe(
    name="random",
    data=CIFAR100(size=32),
    group=Cyclic(1),
    encoder=CONV6("plain"),
    views=augmented(32),
    objective=HINGE,
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=1e-4, weight_decay=0.0),
    schedule=Cosine(final=1.0),
    epochs=EPOCHS,
    batch_size=500,
)
_stl = replace(_cifar, data=STL10(size=64, unlabelled=True), encoder=VGG6("plain"), views=augmented(64))

UPDATES: dict[str, Credit] = {
    "e2e-bp": Backprop(),
    "e2e-dtp": TARGETS,
    "e2e-rf": FeedbackAlignment(),
    "gll-bp": SUCCESSIVE,
    "gll-rf": FeedbackAlignment(losses=SUCCESSIVE),
    "rll-bp": RANDOM,
    "rll-rf": FeedbackAlignment(losses=RANDOM),
}

cifar = {
    "random": replace(_cifar, epochs=0),
    "simclr-e2e-bp": row(_cifar, "simclr-e2e-bp", SIMCLR, Backprop(), 5),
    **{f"hinge-{name}": row(_cifar, f"hinge-{name}", HINGE, credit, 5) for name, credit in UPDATES.items()},
    **{f"hinge-{name}-few": row(_cifar, f"hinge-{name}-few", FEW, credit, 5) for name, credit in UPDATES.items()},
    "clapp-e2e-bp": row(_cifar, "clapp-e2e-bp", CLAPP(predictor=Linear()), Backprop(), 5),
    "clapp-gll-bp": row(_cifar, "clapp-gll-bp", CLAPP(predictor=Linear()), SUCCESSIVE, 5),
}

_patches = replace(_stl, data=STL10(size=96, unlabelled=True), views=GazeShift(transforms=(RandomGrayscale(p=1.0),)))

stl = {
    "stl-random": replace(_stl, name="stl-random", epochs=0),
    **{
        f"stl-hinge-{name}": row(_stl, f"stl-hinge-{name}", FEW, credit, 6)
        for name, credit in UPDATES.items()
        if name != "e2e-dtp"
    },
    "stl-clapp-e2e-bp": row(_patches, "stl-clapp-e2e-bp", CLAPP(predictor=PerMotion()), Backprop(), 6),
    "stl-clapp-gll-bp": row(_patches, "stl-clapp-gll-bp", CLAPP(predictor=PerMotion()), SUCCESSIVE, 6),
}

PUBLISHED = {
    "random": 61.23,
    "simclr-e2e-bp": 72.44,
    "hinge-e2e-bp": 71.44,
    "hinge-e2e-dtp": 71.29,
    "hinge-e2e-rf": 61.70,
    "hinge-gll-bp": 72.76,
    "hinge-gll-rf": 67.83,
    "hinge-rll-bp": 71.35,
    "hinge-rll-rf": 65.94,
    "hinge-e2e-bp-few": 70.35,
    "hinge-e2e-dtp-few": 67.74,
    "hinge-e2e-rf-few": 63.61,
    "hinge-gll-bp-few": 71.14,
    "hinge-gll-rf-few": 66.52,
    "hinge-rll-bp-few": 71.17,
    "hinge-rll-rf-few": 65.49,
    "clapp-e2e-bp": 69.05,
    "clapp-gll-bp": 68.93,
    "stl-random": 46.78,
    "stl-hinge-e2e-bp": 70.13,
    "stl-hinge-e2e-rf": 55.01,
    "stl-hinge-gll-bp": 68.80,
    "stl-hinge-gll-rf": 60.50,
    "stl-hinge-rll-bp": 64.61,
    "stl-hinge-rll-rf": 55.14,
    "stl-clapp-e2e-bp": 71.88,
    "stl-clapp-gll-bp": 68.74,
}
"""Accuracy in percent, single figures, of the paper's two tables."""


def main() -> None:
    """Print the published figures and ours."""
    print("\n".join(table(RUNS)))


def table(runs: Path) -> Iterator[str]:
    """Every row, with the accuracy of its run in a folder where there is one."""
    rows = [[name, f"{published:.2f}", ours(runs / name)] for name, published in PUBLISHED.items()]
    return markdown(("row", "published, %", "ours, %"), rows)


def ours(run: Path) -> str:
    """The accuracy of the linear probe on a run, in percent."""
    scores = run / "scores.json"
    if not scores.exists():
        return "not run"
    return f"{100 * json.loads(scores.read_text())['accuracy']['pooled']['linear']['mean']:.2f}"


if __name__ == "__main__":
    main()
