"""H-SSL = A-SSL over ten steps of training."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from homossl.views import Window
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.learners import BROKEN, OBJECTIVES, SETTINGS, Twins, broken_twins, images, twins

STEPS = 10
RUNS = [("C4", objective) for objective in OBJECTIVES] + [(setting, "BYOL") for setting in SETTINGS if setting != "C4"]
SGD = partial(torch.optim.SGD, lr=0.01, momentum=0.9)


def residual(make: Callable[..., Twins], setting: str, objective: str, optimiser: Any = SGD) -> float:
    """The difference of the weights after ten steps, relative to the way they went."""
    batches = [images(4, seed=step) for step in range(STEPS)]
    return laws.same_training(*make(setting, objective, Window(3)), batches, optimiser).item()


claim = Claim(
    title="H-SSL = A-SSL: ten steps of training",
    statement="From the same weights, with the same batches and the same draws of motions, A-SSL and H-SSL have the "
    "same weights after every step of an optimiser, those of an averaged target among them. Not the same are the "
    "running variances of batch normalisation, which evaluation uses: A-SSL counts each value twice, so that Bessel's "
    "correction differs, by a factor 2 (n − 1) / (2 n − 1) for n values of a field.",
    source="derived: equal gradients (claim same_step) at equal weights, by induction over steps",
    measured="|w_A − w_H| / |w_H − w₀| after ten steps of SGD with learning rate 0.01 and momentum 0.9, over all "
    "weights of encoder, heads and target; a fresh batch of 4 images of noise each step, windows of 3 x 3",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{run[0]}, {run[1]}", partial(residual, twins, *run), partial(residual, broken_twins, *run), BROKEN[run[0]]
        )
        for run in RUNS
    ),
)
