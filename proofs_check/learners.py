"""Small learners on inputs and on features, with the same weights, that H-SSL = A-SSL is measured on."""

from __future__ import annotations

from typing import Any

from groups import Cyclic, Dihedral, Group, SemidirectProduct, Torus
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import (
    BYOL,
    MLP,
    BarlowTwins,
    ForwardModel,
    GroupCorrelation,
    InfoNCE,
    InverseModel,
    JointEfference,
    Objective,
    Readout,
    ReLIC,
    SimSiam,
    VICReg,
)
from homossl.structure import Structure
from homossl.targets import EMA, Shared, StopGradient, Target
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, Motion, Uniform, ViewSource, Window
from proofs_check.examples import noise

SIDE = 5
SHAPE = (1, SIDE, SIDE)
NARROW = MLP(8, 8)
OBJECTIVES: dict[str, tuple[Objective, Target]] = {
    "InfoNCE": (InfoNCE(projector=NARROW), Shared()),
    "BYOL": (BYOL(projector=NARROW, predictor=NARROW), EMA()),
    "SimSiam": (SimSiam(projector=NARROW, predictor=NARROW), StopGradient()),
    "BarlowTwins": (BarlowTwins(projector=NARROW), Shared()),
    "VICReg": (VICReg(projector=NARROW), Shared()),
    "ReLIC": (ReLIC(projector=NARROW, predictor=NARROW), EMA()),
}
FROM_MOTIONS: dict[str, tuple[Objective, Target]] = {
    "InverseModel": (InverseModel(readout=Readout(pool=False), hidden=8), Shared()),
    "GroupCorrelation": (GroupCorrelation(readout=Readout(pool=False), temperature=0.5), Shared()),
    "JointEfference": (JointEfference(readout=Readout(pool=False), temperature=0.5), Shared()),
    "ForwardModel": (ForwardModel(InfoNCE(projector=NARROW, temperature=0.5)), Shared()),
}
SETTINGS: dict[str, tuple[Group, CNN]] = {
    "C4": (Cyclic(4), CNN(fields=(1, 2), steps=(1, 2))),
    "D4": (Dihedral(4), CNN(fields=(1, 1), steps=(1, 2))),
    "torus": (Torus(SIDE, SIDE), CNN(fields=(3, 4), steps=(1, 1))),
    "p4": (SemidirectProduct(Torus(SIDE, SIDE), Cyclic(4)), CNN(fields=(1, 2), steps=(1, 1))),
}
BROKEN = {"C4": "untied filters", "D4": "untied filters", "torus": "zeros beyond the border", "p4": "untied filters"}
"""What is no homomorphism any more in the broken twins of each setting."""

Twins = tuple[Learner, Learner]


def twins(
    setting: str,
    objective: str,
    window: Window = Window(),
    motion: Motion = Uniform(),
    structure: Structure = "intact",
) -> Twins:
    """The same learner on inputs (A-SSL) and on features (H-SSL), in float64; random rotations move features only."""
    on_inputs: Structure = "intact" if structure == "random_orthogonal" else structure
    return (
        _learner(setting, objective, InputAugmentation(motion=motion, window=window), on_inputs),
        _learner(setting, objective, FeatureFibre(motion=motion, window=window), structure),
    )


def broken_twins(setting: str, objective: str, window: Window = Window()) -> Twins:
    """The same, whose encoders are no homomorphisms."""
    if setting != "torus":
        return twins(setting, objective, window, structure="untied")
    pair = twins(setting, objective, window)
    for learner in pair:
        pad_with_zeros(learner)
    return pair


def images(n: int, seed: int = 0) -> Batch:
    """A batch of noise."""
    return Batch(noise(n, *SHAPE, seed=seed))


def pad_with_zeros(learner: Learner) -> None:
    """Let every convolution see zeros beyond the border, where the torus has its other side."""
    for module in learner.modules():
        layer: Any = getattr(module, "source", module)
        if hasattr(layer, "padding_mode"):
            layer.padding_mode = "zeros"


def _learner(setting: str, objective: str, views: ViewSource, structure: Structure) -> Learner:
    group, encoder = SETTINGS[setting]
    made_of = (OBJECTIVES | FROM_MOTIONS)[objective]
    return build(group, encoder, views, *made_of, shape=SHAPE, structure=structure).double()
