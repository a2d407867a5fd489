"""What is learned from the motion is the same on features as on inputs."""

from __future__ import annotations

from functools import partial
from itertools import product

from homossl.learner import Learner, build
from homossl.objectives import ForwardModel, GroupCorrelation, InfoNCE, InverseModel, JointEfference, Objective, Readout
from homossl.structure import Structure
from homossl.views import FeatureFibre, InputAugmentation, ViewSource
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.learners import BROKEN, NARROW, SETTINGS, SHAPE, images, pad_with_zeros

FIELD = Readout(pool=False)
OBJECTIVES: dict[str, Objective] = {
    "InverseModel": InverseModel(readout=FIELD, hidden=8),
    "GroupCorrelation": GroupCorrelation(readout=FIELD, temperature=0.5),
    "JointEfference": JointEfference(readout=FIELD, temperature=0.5),
    "ForwardModel": ForwardModel(InfoNCE(projector=NARROW, temperature=0.5)),
}


def learner(setting: str, objective: str, views: ViewSource, broken: bool) -> Learner:
    """A learner from motions, whose encoder is a homomorphism or not."""
    group, encoder = SETTINGS[setting]
    structure: Structure = "untied" if broken and setting != "torus" else "intact"
    made = build(group, encoder, views, OBJECTIVES[objective], shape=SHAPE, structure=structure).double()
    if broken and setting == "torus":
        pad_with_zeros(made)
    return made


def residual(setting: str, objective: str, broken: bool = False) -> float:
    """The larger difference in loss and gradient between two moved inputs and two places of a field."""
    on_inputs, on_features = (
        learner(setting, objective, views, broken) for views in (InputAugmentation(), FeatureFibre())
    )
    return laws.same_step(on_inputs, on_features, images(4)).item()


claim = Claim(
    title="Efference copies on features",
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
        Case(f"{s}, {o}", partial(residual, s, o), partial(residual, s, o, broken=True), BROKEN[s])
        for s, o in product(SETTINGS, OBJECTIVES)
    ),
)
