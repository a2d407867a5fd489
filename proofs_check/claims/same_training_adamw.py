"""H-SSL = A-SSL over ten steps of AdamW, which amplifies rounding."""

from __future__ import annotations

from functools import partial

import torch

from proofs_check.claim import Case, Claim
from proofs_check.claims.same_training import RUNS, residual
from proofs_check.learners import BROKEN, broken_twins, twins

ADAMW = partial(torch.optim.AdamW, lr=1e-2)
run_twins, run_broken = (partial(residual, make, optimiser=ADAMW) for make in (twins, broken_twins))

claim = Claim(
    title="H-SSL = A-SSL: ten steps of AdamW",
    statement="The weights are the same after every step of AdamW too, but not to the last digit: a bias that a "
    "normalisation removes has a gradient of zero, of which rounding leaves about 1e-16, and Adam divides it by as "
    "little as eps = 1e-8.",
    source="derived from claim same_training; Kingma & Ba, Adam (arXiv 1412.6980), algorithm 1: a step is at most lr "
    "|g| / eps, so that rounding of 1e-16 to 1e-14 in g becomes 1e-8 to 1e-6 of a step",
    measured="|w_A − w_H| / |w_H − w₀| after ten steps of AdamW with learning rate 0.01, otherwise as in same_training",
    bound=1e-6,
    miss=1e-3,
    cases=tuple(
        Case(f"{run[0]}, {run[1]}", partial(run_twins, *run), partial(run_broken, *run), BROKEN[run[0]]) for run in RUNS
    ),
)
