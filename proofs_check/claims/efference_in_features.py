"""What is learned from the motion is the same on features as on inputs."""

from __future__ import annotations

from functools import partial
from itertools import product

from homossl.views import Window
from proofs_check.claim import Case, Claim
from proofs_check.claims.same_step import residual
from proofs_check.learners import BROKEN, FROM_MOTIONS, SETTINGS, broken_twins, twins

WHOLE = Window()

claim = Claim(
    title="efference copies on features",
    statement="With a homomorphic encoder, f(T_g x) = Γ_g f(x), the motion of an augmentation is an offset in the "
    "field: the loss of telling g₂ g₁⁻¹ from (f(T_g₁ x), f(T_g₂ x)), or of predicting by it, is that from "
    "(Γ_g₁ f(x), Γ_g₂ f(x)), and so are the gradients: no input is augmented.",
    source="derived: H-SSL = A-SSL (arXiv 2211.08282) holds for every loss of pairs and their motion, so for those of "
    "S-TEC (arXiv 2210.09224)",
    measured="the larger relative error of loss and gradient between a learner on two moved inputs and one on two "
    "places of a feature field; motions uniform over the group, 4 images of noise",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{s}, {o}", partial(residual, twins, s, o, WHOLE), partial(residual, broken_twins, s, o, WHOLE), BROKEN[s]
        )
        for s, o in product(SETTINGS, FROM_MOTIONS)
    ),
)
