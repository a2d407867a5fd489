"""H-SSL = A-SSL in one step: the loss and every gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

from homossl.views import Window
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.learners import BROKEN, OBJECTIVES, SETTINGS, Twins, broken_twins, images, twins

WINDOWS = {"whole field": Window(), "1 cell": Window(1), "3 x 3 cells, 1 point": Window(3, fibre=1)}
CASES = {
    **{f"{s}, {o}": (s, o, Window(3)) for s, o in product(SETTINGS, OBJECTIVES)},
    **{f"{s}, InfoNCE, {name}": (s, "InfoNCE", WINDOWS[name]) for s, name in product(SETTINGS, WINDOWS)},
}


def residual(make: Callable[..., Twins], setting: str, objective: str, window: Window) -> float:
    """The larger difference in loss and gradient."""
    return laws.same_step(*make(setting, objective, window), images(4)).item()


claim = Claim(
    title="H-SSL = A-SSL: the loss and its gradient",
    statement="With a homomorphic encoder, f(T_g x) = Γ_g f(x), and the same draw of all motions in the batch, "
    "loss(h(f(T_g₁ x)(B)), h(f(T_g₂ x)(B))) = loss(h(f(x)(g₁⁻¹ B)), h(f(x)(g₂⁻¹ B))) for every weight; hence so are "
    "the gradients, whatever the loss.",
    source="Keller, Suau & Zappella, Homomorphic Self-Supervised Learning (arXiv 2211.08282), fig. 1; the equality of "
    "losses and gradients is derived: both sides are one function of the weights",
    measured="the larger relative error of loss and gradient between a learner on two moved inputs and one on two "
    "places of a feature field; windows of 3 x 3 cells unless named, motions uniform over the group, 4 images of noise",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, twins, *case), partial(residual, broken_twins, *case), BROKEN[case[0]])
        for name, case in CASES.items()
    ),
)
