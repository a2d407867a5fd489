"""Feedback weights that start equal and get the same updates stay with backpropagation."""

from __future__ import annotations

from functools import partial

from proofs_check.claim import Case, Claim
from proofs_check.claims.feedback_equal_weights import RUNS, departure

FIRST = range(1)

claim = Claim(
    title="Updated feedback that starts equal stays backpropagation",
    statement="If B_l gets every update that W_l gets, B_l − W_l stays what it was at first; so if B_l = W_l before "
    "the first step, training is backpropagation.",
    source="derived: claim feedback_equal_weights at every step; Amit, Deep learning with asymmetric connections and "
    "Hebbian updates (Frontiers in Computational Neuroscience 13:18, 2019; arXiv 1812.07965)",
    measured="|w − w_BP| / |w_BP − w₀| at the worst of ten steps, as in claim feedback_equal_weights",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            name, partial(departure, run, "same", FIRST), partial(departure, run, "fixed", FIRST), "feedback that stays"
        )
        for name, run in RUNS.items()
    ),
)
